import { useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { useSession } from '../../data/session'
import { useViewer, viewerQuery } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import './layers.css'

interface Refusal {
  errors?: { message: string }[]
}

async function signIn(email: string, password: string, company: string): Promise<string | null> {
  const response = await fetch('/sign-in', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ email, password, company }),
  })
  if (response.ok) return null
  const { errors } = (await response.json()) as Refusal
  return errors?.[0]?.message ?? `status ${String(response.status)}`
}

/**
 * Asks for the password over the page, when the session has ended. The requests
 * that were refused wait for it. Someone else's sign-in loads the page again, so
 * that nobody sees or sends what another user has left.
 */
export default function SignInAgain() {
  const { t } = useI18n()
  const viewer = useViewer()
  const client = useQueryClient()
  const [email, setEmail] = useState(viewer.email)
  const [password, setPassword] = useState('')
  const [refused, setRefused] = useState<string | null>(null)
  const [sending, setSending] = useState(false)

  const submit = async () => {
    setSending(true)
    try {
      const reason = await signIn(email, password, viewer.company.name)
      setRefused(reason)
      if (reason !== null) return
      if (email !== viewer.email) {
        location.reload()
        return
      }
      useSession.getState().renew()
      await client.invalidateQueries({ queryKey: viewerQuery.queryKey })
    } catch {
      setRefused(t.common.failed.NO_ANSWER)
    } finally {
      setSending(false)
    }
  }
  return (
    <Dialog title={t.common.endedTitle} size="narrow">
      <form
        className="stack"
        onSubmit={(event: SyntheticEvent) => {
          event.preventDefault()
          void submit()
        }}
      >
        <p className="quiet">{t.common.endedText}</p>
        <Field label={t.common.email}>
          {(control) => (
            <input
              {...control}
              className="input"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => {
                setEmail(event.target.value)
              }}
            />
          )}
        </Field>
        <Field label={t.common.password} error={refused ?? undefined}>
          {(control) => (
            <input
              {...control}
              className="input"
              type="password"
              autoComplete="current-password"
              data-first
              required
              value={password}
              onChange={(event) => {
                setPassword(event.target.value)
              }}
            />
          )}
        </Field>
        <button type="submit" className="btn loud" disabled={sending}>
          {t.common.signIn}
        </button>
        <a
          className="link"
          href={`/sign-in/oidc?company=${encodeURIComponent(viewer.company.name)}&next=${encodeURIComponent(location.pathname)}`}
        >
          {t.common.signInElsewhere}
        </a>
      </form>
    </Dialog>
  )
}
