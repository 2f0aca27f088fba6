import { useState } from 'react'
import { ConfirmDialog } from '../../features/mend/confirm-dialog'
import { ChoiceField, MendFrame, TextField } from '../../features/mend/mend-parts'
import { saidOutcome, useMendForm, type Errors } from '../../features/mend/use-mend-form'
import {
  paperChanges,
  paperFields,
  paperForm,
  paperKinds,
  paperProblems,
  paperValues,
  type PaperField,
  type PaperForm,
} from '../../features/papers/paper-form'
import type { Paper } from '../../features/papers/papers'
import { useChangePaper, type PaperChange } from '../../features/papers/use-change-paper'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

interface PaperDialogProps {
  machine: string
  /** The paper as the server has it now; null for a new one. */
  paper: Paper | null
  onClose: () => void
}

/** Adds a paper, or renews one. */
function PaperDialog({ machine, paper, onClose }: PaperDialogProps) {
  const { t } = useI18n()
  const form = useMendForm<PaperField>(paperFields)
  const change = useChangePaper(machine)
  const [start] = useState(() => paperForm(paper))
  const [values, setValues] = useState(start)
  const { close, question, release } = useUnsaved(JSON.stringify(values) !== JSON.stringify(start), onClose)
  const p = t.papers
  const set = (fields: Partial<PaperForm>) => {
    setValues((v) => ({ ...v, ...fields }))
  }
  const send = (variables: PaperChange, done: string) => {
    change.mutate(variables, {
      onSuccess: () => {
        release()
        say(done)
        onClose()
      },
      onError: form.fail,
    })
  }
  const submit = () => {
    const texts = { required: t.common.required, order: p.issuedAfter }
    const found: Errors<PaperField> = Object.fromEntries(
      Object.entries(paperProblems(values)).map(([field, problem]) => [field, texts[problem]]),
    )
    const changes = paperChanges(values, start)
    if (paper && Object.keys(changes).length === 0) found[''] = t.mend.noChange
    if (!form.check(found)) return
    if (paper) {
      const input = { paperId: paper.id, expectedVersion: paper.version, ...changes }
      send({ how: 'edit', input, key: form.keyOf(input) }, p.changed)
    } else {
      const input = { equipmentId: machine, ...paperValues(values) }
      send({ how: 'add', input, key: form.keyOf(input) }, p.added)
    }
  }
  const day = (field: 'issuedOn' | 'validUntil', label: string, optional: boolean) => (
    <TextField
      label={label}
      error={form.errors[field]}
      optional={optional}
      type="date"
      value={values[field]}
      {...(paper && field === 'validUntil' ? { 'data-first': true } : {})}
      onText={(text) => {
        set({ [field]: text })
      }}
    />
  )
  return (
    <Dialog title={paper ? p.editTitle : p.addTitle} onClose={close}>
      <MendFrame form={form} action={paper ? t.common.save : p.addTitle} busy={change.isPending} onCancel={close} onSubmit={submit}>
        {paper && <p className="quiet">{p.renewHint}</p>}
        <div className="form">
          <ChoiceField
            label={p.kindLabel}
            error={form.errors.kind}
            first={paper === null}
            value={values.kind}
            choices={paperKinds}
            textOf={(kind) => p.kind[kind]}
            onChoose={(kind) => {
              set({ kind })
            }}
          />
          <TextField
            label={p.number}
            error={form.errors.number}
            optional
            maxLength={100}
            value={values.number}
            onText={(number) => {
              set({ number })
            }}
          />
          {day('validUntil', p.validUntil, false)}
          {day('issuedOn', p.issuedOn, true)}
          <Field label={p.note} error={form.errors.note} optional className="full">
            {(control) => (
              <textarea
                {...control}
                className="input"
                rows={2}
                maxLength={2000}
                value={values.note}
                onChange={(event) => {
                  set({ note: event.target.value })
                }}
              />
            )}
          </Field>
        </div>
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Deletes a paper that should not be there, which can be undone. */
function DeletePaperDialog({ machine, paper, onClose }: PaperDialogProps & { paper: Paper }) {
  const { t } = useI18n()
  const change = useChangePaper(machine)
  const p = t.papers
  const restore = () => {
    const outcome = saidOutcome(t, p.restored)
    change.mutateAsync({ how: 'restore', input: { paperId: paper.id }, key: randomId() }).then(outcome.onSuccess, outcome.onError)
  }
  return (
    <ConfirmDialog
      title={p.deleteTitle}
      action={p.delete}
      busy={change.isPending}
      onClose={onClose}
      onSend={(keyOf, outcome) => {
        const input = { paperId: paper.id, expectedVersion: paper.version }
        change.mutate(
          { how: 'delete', input, key: keyOf(input) },
          outcome(() => {
            say(p.deleted, { label: t.common.undo, perform: restore })
            onClose()
          }),
        )
      }}
    >
      <p>{p.deleteText(paper.number === null ? p.kind[paper.kind] : `${p.kind[paper.kind]}, ${paper.number}`)}</p>
    </ConfirmDialog>
  )
}

/** What is done with a paper of a machine. */
export default function PaperLayer({ how, ...props }: PaperDialogProps & { how: 'edit' | 'delete' }) {
  const { paper } = props
  return how === 'delete' && paper ? <DeletePaperDialog {...props} paper={paper} /> : <PaperDialog {...props} />
}
