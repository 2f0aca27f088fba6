import { useEffect } from 'react'
import { useI18n } from '../i18n/context'

/** Names the page in the browser's tab. */
export function usePageTitle(title: string): void {
  const { t } = useI18n()
  useEffect(() => {
    document.title = `${title} · ${t.common.product}`
  }, [title, t])
}
