import { useI18n } from './context'
import { assignmentPlans as en } from './en/assignment-plans'
import { assignmentPlans as es } from './es/assignment-plans'

/** Returns the texts about assignments that are planned ahead in the present language. */
export function usePlanTexts(): typeof en {
  return useI18n().language === 'es' ? es : en
}
