import { useI18n } from './context'
import { sitePages as en } from './en/site-pages'
import { sitePages as es } from './es/site-pages'

/** Returns the texts of the pages of sites in the present language. */
export function useSiteTexts(): typeof en {
  return useI18n().language === 'es' ? es : en
}
