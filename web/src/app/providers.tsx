import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { ViewerContext, viewerQuery, type Viewer } from '../features/viewer/viewer'
import { I18nContext } from '../i18n/context'
import { en } from '../i18n/en'
import { createFormats } from '../i18n/formats'
import { chooseLocale, loadMessages, type Language, type Messages } from '../i18n/messages'
import { Failure } from '../ui/failure'
import { usePreferences } from './preferences'

const anywhere = { currency: 'USD', timeZone: 'UTC' }

interface Loaded {
  language: Language
  messages: Messages
}

/** Gives everything below the texts and formats, once those of the language are there. */
export function I18nProvider({ company, initial, children }: { company: Viewer['company'] | null; initial: Loaded; children: ReactNode }) {
  const fixed = usePreferences((s) => s.language)
  const { language, locale } = chooseLocale(navigator.languages, fixed)
  const [loaded, setLoaded] = useState(initial)
  useEffect(() => {
    let current = true
    void loadMessages(language).then((messages) => {
      if (current) setLoaded({ language, messages })
    })
    return () => {
      current = false
    }
  }, [language])
  const { currency, timeZone } = company ?? anywhere
  const i18n = useMemo(
    () => ({
      t: loaded.messages,
      fmt: createFormats(loaded.language === language ? locale : loaded.language, { currency, timeZone }),
      language: loaded.language,
    }),
    [loaded, language, locale, currency, timeZone],
  )
  useEffect(() => {
    document.documentElement.lang = loaded.language
  }, [loaded.language])
  return <I18nContext value={i18n}>{children}</I18nContext>
}

/** Loads the texts that the browser wishes before anything is shown. */
export async function initialMessages(): Promise<Loaded> {
  const { language } = chooseLocale(navigator.languages, usePreferences.getState().language)
  try {
    return { language, messages: await loadMessages(language) }
  } catch {
    return { language: 'en', messages: en }
  }
}

/** Loads the user, and leads to the sign-in page when there is none. */
export function ViewerGate({ initial, children }: { initial: Loaded; children: ReactNode }) {
  const { data: viewer, error, refetch } = useQuery(viewerQuery)
  useEffect(() => {
    if (viewer === null) location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)
  }, [viewer])
  return (
    <I18nProvider company={viewer?.company ?? null} initial={initial}>
      {viewer ? (
        <ViewerContext value={viewer}>{children}</ViewerContext>
      ) : error ? (
        <main className="alone">
          <Failure error={error} onRetry={() => void refetch()} />
        </main>
      ) : null}
    </I18nProvider>
  )
}
