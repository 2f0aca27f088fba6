import { useI18n } from './context'
import { meters as en } from './en/meters'
import { meters as es } from './es/meters'

/** Returns the texts about further meters in the present language. */
export function useMeterTexts(): typeof en {
  return useI18n().language === 'es' ? es : en
}
