import { useState } from 'react'
import { asFailure } from '../data/errors'
import { useI18n } from '../i18n/context'
import type { Messages } from '../i18n/messages'

/** Returns what a failure means, in the user's language. */
export function failureText(t: Messages, error: unknown): string {
  const { code, message } = asFailure(error)
  const texts: Record<string, string> = t.common.failed
  return texts[code] ?? (code === 'INTERNAL' ? t.common.failed.other : message)
}

/** Something that could not be loaded: what happened, what to do, and the id of the request for support. */
export function Failure({ error, onRetry, compact = false }: { error: unknown; onRetry?: () => void; compact?: boolean }) {
  const { t } = useI18n()
  const [copied, setCopied] = useState(false)
  const { requestId, code } = asFailure(error)
  return (
    <div className="failure" role="alert">
      {!compact && <h2>{t.common.failedTitle}</h2>}
      <p>{failureText(t, error)}</p>
      {onRetry && code !== 'FORBIDDEN' && (
        <button type="button" className="btn" onClick={onRetry}>
          {t.common.retry}
        </button>
      )}
      {requestId && (
        <p className="small">
          {t.common.requestId(requestId)}{' '}
          <button
            type="button"
            className="link"
            onClick={() => {
              void navigator.clipboard.writeText(requestId).then(() => {
                setCopied(true)
              })
            }}
          >
            {copied ? t.common.copied : t.common.copyId}
          </button>
        </p>
      )}
    </div>
  )
}
