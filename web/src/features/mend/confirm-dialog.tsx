import type { ReactNode } from 'react'
import { Dialog } from '../../ui/dialog'
import { MendFrame } from './mend-parts'
import { useMendForm, type Outcome } from './use-mend-form'

interface ConfirmDialogProps {
  title: string
  /** What the button does. */
  action: string
  busy: boolean
  /** What will happen. */
  children: ReactNode
  onClose: () => void
  /** Sends the change: keyOf gives the idempotency key of its input, outcome what to do at its end. */
  onSend: (keyOf: (input: unknown) => string, outcome: (done: () => void) => Outcome) => void
}

/** Asks before something is deleted that can be restored, and shows why the server refuses it. */
export function ConfirmDialog({ title, action, busy, children, onClose, onSend }: ConfirmDialogProps) {
  const form = useMendForm([])
  return (
    <Dialog title={title} size="narrow" onClose={onClose}>
      <MendFrame
        form={form}
        action={action}
        danger
        busy={busy}
        onCancel={onClose}
        onSubmit={() => {
          onSend(form.keyOf, (done) => ({ onSuccess: done, onError: form.fail }))
        }}
      >
        {children}
      </MendFrame>
    </Dialog>
  )
}
