import { useState, type ReactNode } from 'react'
import { useI18n } from '../../i18n/context'
import { Dialog } from '../../ui/dialog'
import { useUnsaved } from '../../ui/unsaved'
import { MendFrame, ReasonField } from './mend-parts'
import { useMendForm, type Outcome } from './use-mend-form'

interface ReasonDialogProps {
  title: string
  /** What the button does. */
  action: string
  /** What the button beside it says, instead of that it cancels. */
  back?: string
  danger?: boolean
  /** Whether the reason may be left out; it is empty then. */
  optional?: boolean
  busy: boolean
  /** What will happen, above the reason. */
  children: ReactNode
  onClose: () => void
  /** Sends the change with its reason: keyOf gives the idempotency key of its input, outcome what to do at its end. */
  onSend: (reason: string, keyOf: (input: unknown) => string, outcome: (done: () => void) => Outcome) => void
}

/** Asks why something is set right, where there is nothing else to fill in. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, action, back, danger = false, optional = false, busy, children, onClose, onSend } = props
  const { t } = useI18n()
  const form = useMendForm(['reason'])
  const [reason, setReason] = useState('')
  const { close, question, release } = useUnsaved(reason !== '', onClose)
  const outcome = (done: () => void) => ({
    onSuccess: () => {
      release()
      done()
    },
    onError: form.fail,
  })
  const submit = () => {
    if (!form.check(!optional && reason.trim() === '' ? { reason: t.mend.reasonNeeded } : {})) return
    onSend(reason.trim(), form.keyOf, outcome)
  }
  return (
    <Dialog title={title} size="narrow" onClose={close}>
      <MendFrame form={form} action={action} back={back} danger={danger} busy={busy} onCancel={close} onSubmit={submit}>
        {children}
        <ReasonField first optional={optional} value={reason} error={form.errors.reason} onText={setReason} />
      </MendFrame>
      {question}
    </Dialog>
  )
}
