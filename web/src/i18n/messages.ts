import type { en } from './en'

/** Every text of the client. A language that lacks one does not compile. */
export type Messages = typeof en

export const languages = ['en', 'es'] as const
export type Language = (typeof languages)[number]

/** Names of the languages, each in itself. */
export const languageNames: Record<Language, string> = { en: 'English', es: 'Español' }

/** Loads the texts of a language. English is part of the first download. */
export async function loadMessages(language: Language): Promise<Messages> {
  return language === 'es' ? (await import('./es')).es : (await import('./en')).en
}

/** Returns the language of a browser that wishes these locales, best first, and its variety of that language. */
export function chooseLocale(wishes: readonly string[], fixed: Language | null = null): { language: Language; locale: string } {
  const known = wishes.filter((w) => languages.some((l) => l === w.slice(0, 2).toLowerCase()))
  const wish = fixed ? known.find((w) => w.toLowerCase().startsWith(fixed)) : known[0]
  const language = fixed ?? (wish?.slice(0, 2).toLowerCase() as Language | undefined) ?? 'en'
  return { language, locale: wish ?? language }
}
