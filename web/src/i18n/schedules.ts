import { useI18n } from './context'
import { schedules as en } from './en/schedules'
import { schedules as es } from './es/schedules'

/** Returns the texts of the forms of service schedules in the present language. */
export function useScheduleTexts(): typeof en {
  return useI18n().language === 'es' ? es : en
}
