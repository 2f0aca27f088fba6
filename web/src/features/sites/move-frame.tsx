import { useState, type ReactNode } from 'react'
import { useI18n } from '../../i18n/context'
import { fromZoned, toZoned } from '../../lib/zoned'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { MendFrame, ReasonField, TextField } from '../mend/mend-parts'
import type { Errors, MendForm } from '../mend/use-mend-form'
import { useMoveMachine } from './sites'

interface MoveFrameProps<F extends string> {
  title: string
  form: MendForm<F | 'movedAt' | 'reason'>
  /** The machine, and the site if it goes to one; null until they are chosen. */
  move: { equipmentId: string; siteId?: string } | null
  /** Whether the choice is another one than at the start. */
  chosen: boolean
  /** Returns what is wrong with the choice; `now` is whether the time is still that of the start. */
  wrong: (now: boolean) => Errors<F>
  done: string
  onClose: () => void
  children: ReactNode
}

/** Moves a machine: its children choose what goes where. */
export function MoveFrame<F extends string>({ title, form, move, chosen, wrong, done, onClose, children }: MoveFrameProps<F>) {
  const { t, fmt } = useI18n()
  const { mutate, isPending } = useMoveMachine()
  const [start] = useState(() => toZoned(new Date(), fmt.timeZone))
  const [movedAt, setMovedAt] = useState(start)
  const [reason, setReason] = useState('')
  const { close, question, release } = useUnsaved(chosen || movedAt !== start || reason !== '', onClose)
  const submit = () => {
    const at = fromZoned(movedAt, fmt.timeZone)
    const found = { ...wrong(movedAt === start), ...(at === null ? { movedAt: t.common.required } : {}) }
    if (!form.check(found as Errors<F | 'movedAt' | 'reason'>) || move === null || at === null) return
    const input = {
      ...move,
      // Left as it was it is now, to the second.
      ...(movedAt === start ? {} : { movedAt: at }),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    }
    mutate(
      { input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(done)
          onClose()
        },
        onError: form.fail,
      },
    )
  }
  const errors: Errors<'movedAt' | 'reason'> = form.errors
  return (
    <Dialog title={title} onClose={close}>
      <MendFrame form={form} action={title} busy={isPending} onCancel={close} onSubmit={submit}>
        <div className="form">
          {children}
          <TextField label={t.sites.movedAt} error={errors.movedAt} type="datetime-local" value={movedAt} max={start} onText={setMovedAt} />
        </div>
        <p className="small">{t.sites.movedHint}</p>
        <ReasonField optional value={reason} error={errors.reason} onText={setReason} />
      </MendFrame>
      {question}
    </Dialog>
  )
}
