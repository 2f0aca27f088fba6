import { useEffect } from 'react'
import { useI18n } from '../i18n/context'

/** Names the page in the browser's tab. */
export function usePageTitle(title: string): void {
  const { t } = useI18n()
  useEffect(() => {
    document.title = `${title} · ${t.common.product}`
  }, [title, t])
}

/** Moves the focus to the heading of the page, as after navigation or when the focused element has gone. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1') ?? document.querySelector<HTMLElement>('main')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
