import { useState, type InputHTMLAttributes } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { kinds } from '../../features/maintenance/look'
import { ConfirmDialog } from '../../features/mend/confirm-dialog'
import { ChoiceField, MendFrame, numeric, TextField } from '../../features/mend/mend-parts'
import { saidOutcome, useMendForm, type Errors } from '../../features/mend/use-mend-form'
import {
  begins,
  newSchedule,
  readSchedule,
  recurrences,
  scheduleFields,
  type ScheduleField,
  type ScheduleForm,
} from '../../features/services/schedule-form'
import { targetText } from '../../features/services/service-text'
import type { Schedule } from '../../features/services/services'
import { useChangeSchedule } from '../../features/services/use-change-schedule'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

type LineField = Exclude<ScheduleField, 'kind' | 'recurrence'>

/** Adds a service schedule for one machine. */
function AddScheduleDialog({ machine, onClose }: { machine: EquipmentDetail; onClose: () => void }) {
  const { t, fmt } = useI18n()
  const form = useMendForm<ScheduleField>(scheduleFields)
  const change = useChangeSchedule()
  const [values, setValues] = useState(newSchedule)
  const { close, question, release } = useUnsaved(JSON.stringify(values) !== JSON.stringify(newSchedule), onClose)
  const s = t.services
  const set = (fields: Partial<ScheduleForm>) => {
    setValues((v) => ({ ...v, ...fields }))
  }
  const submit = () => {
    const { input, problems } = readSchedule(values, machine.id, fmt.locale)
    const texts = {
      required: t.common.required,
      number: t.common.notANumber(fmt.decimal('4210.5')),
      wholeDays: s.wholeDays,
      intervalNeeded: s.intervalNeeded,
      oneInterval: s.oneInterval,
    }
    const found: Errors<ScheduleField> = Object.fromEntries(Object.entries(problems).map(([field, problem]) => [field, texts[problem]]))
    if (!form.check(found)) return
    change.mutate(
      { how: 'add', input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(s.added)
          onClose()
        },
        onError: form.fail,
      },
    )
  }
  const line = (field: LineField, label: string, control: InputHTMLAttributes<HTMLInputElement>) => (
    <TextField
      label={label}
      error={form.errors[field]}
      optional
      {...control}
      value={values[field]}
      onText={(text) => {
        set({ [field]: text })
      }}
    />
  )
  const day = { type: 'date' } as const
  return (
    <Dialog title={s.addTitle} onClose={close}>
      <MendFrame form={form} action={s.addTitle} busy={change.isPending} onCancel={close} onSubmit={submit}>
        <p className="quiet">{s.addText(machine.name)}</p>
        <div className="form">
          <TextField
            label={s.what}
            error={form.errors.title}
            maxLength={200}
            data-first
            value={values.title}
            onText={(title) => {
              set({ title })
            }}
          />
          <ChoiceField
            label={t.maintenance.kindLabel}
            error={form.errors.kind}
            value={values.kind}
            choices={kinds}
            textOf={(kind) => t.maintenance.kind[kind]}
            onChoose={(kind) => {
              set({ kind })
            }}
          />
          {line('intervalDays', s.intervalDays, { className: 'input num', inputMode: 'numeric' })}
          {line('intervalHours', s.intervalHours, numeric)}
          <ChoiceField
            label={s.recurrenceLabel}
            error={form.errors.recurrence}
            value={values.recurrence}
            choices={recurrences}
            textOf={(recurrence) => s.recurrence[recurrence]}
            onChoose={(recurrence) => {
              set({ recurrence })
            }}
          />
          <ChoiceField
            label={s.beginLabel}
            value={values.begin}
            choices={begins}
            textOf={(begin) => s.begin[begin]}
            onChoose={(begin) => {
              set({ begin })
            }}
          />
          {values.begin === 'LAST' && line('lastDoneOn', s.lastDoneOn, day)}
          {values.begin === 'LAST' && line('lastDoneHours', s.lastDoneHours, numeric)}
          {values.begin === 'FIRST' && line('firstDueOn', s.firstDueOn, day)}
          {values.begin === 'FIRST' && line('firstDueHours', s.firstDueHours, numeric)}
        </div>
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Deletes a service schedule, which can be undone. */
function DeleteScheduleDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const change = useChangeSchedule()
  const s = t.services
  const restore = () => {
    const outcome = saidOutcome(t, s.restored)
    change
      .mutateAsync({ how: 'restore', input: { serviceScheduleId: schedule.id }, key: randomId() })
      .then(outcome.onSuccess, outcome.onError)
  }
  return (
    <ConfirmDialog
      title={s.deleteTitle}
      action={s.delete}
      busy={change.isPending}
      onClose={onClose}
      onSend={(keyOf, outcome) => {
        const input = { serviceScheduleId: schedule.id, expectedVersion: schedule.version }
        change.mutate(
          { how: 'delete', input, key: keyOf(input) },
          outcome(() => {
            say(s.deleted, { label: t.common.undo, perform: restore })
            onClose()
          }),
        )
      }}
    >
      <p>{s.deleteText(schedule.title)}</p>
      {targetText(i18n, schedule) !== null && <p>{s.deleteMany}</p>}
    </ConfirmDialog>
  )
}

interface ScheduleLayerProps {
  machine: EquipmentDetail
  /** The schedule to delete, as the server has it now; null for a new one. */
  schedule: Schedule | null
  onClose: () => void
}

/** What is done with the service schedules of a machine. */
export default function ScheduleLayer({ machine, schedule, onClose }: ScheduleLayerProps) {
  return schedule ? (
    <DeleteScheduleDialog schedule={schedule} onClose={onClose} />
  ) : (
    <AddScheduleDialog machine={machine} onClose={onClose} />
  )
}
