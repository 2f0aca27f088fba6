import { createContext, use } from 'react'
import type { Formats } from './formats'
import type { Language, Messages } from './messages'

export interface I18n {
  t: Messages
  fmt: Formats
  language: Language
}

export const I18nContext = createContext<I18n | null>(null)

/** Returns the texts and formats of the present language. */
export function useI18n(): I18n {
  const i18n = use(I18nContext)
  if (!i18n) throw new Error('useI18n stands outside of I18nContext')
  return i18n
}
