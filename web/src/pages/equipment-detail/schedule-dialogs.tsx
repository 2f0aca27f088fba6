import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { ConfirmDialog } from '../../features/mend/confirm-dialog'
import { MendFrame } from '../../features/mend/mend-parts'
import { saidOutcome, useMendForm } from '../../features/mend/use-mend-form'
import { newSchedule, newScheduleInput, readSchedule, scheduleFields, type ScheduleField } from '../../features/services/schedule-form'
import { targetText } from '../../features/services/service-text'
import type { Schedule } from '../../features/services/services'
import { useChangeSchedule } from '../../features/services/use-change-schedule'
import { useI18n } from '../../i18n/context'
import { useScheduleTexts } from '../../i18n/schedules'
import { randomId } from '../../lib/random-id'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { EditScheduleDialog } from './schedule-edit'
import { problemTexts, ScheduleFields } from './schedule-fields'
import { ScheduleHistory } from './schedule-history'

/** Adds a service schedule for one machine. */
function AddScheduleDialog({ machine, onClose }: { machine: EquipmentDetail; onClose: () => void }) {
  const i18n = useI18n()
  const s = useScheduleTexts()
  const form = useMendForm<ScheduleField>(scheduleFields)
  const change = useChangeSchedule()
  const [values, setValues] = useState(newSchedule)
  const { close, question, release } = useUnsaved(JSON.stringify(values) !== JSON.stringify(newSchedule), onClose)
  const title = i18n.t.services.addTitle
  const submit = () => {
    const { values: read, problems } = readSchedule(values, true, i18n.fmt.locale)
    if (!form.check(problemTexts(i18n, s, problems))) return
    const input = newScheduleInput(read, machine.id)
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
  return (
    <Dialog title={title} onClose={close}>
      <MendFrame form={form} action={title} busy={change.isPending} onCancel={close} onSubmit={submit}>
        <p className="quiet">{s.addText(machine.name)}</p>
        <ScheduleFields
          form={values}
          start={newSchedule}
          ofOneMachine
          added={null}
          errors={form.errors}
          onChange={(fields) => {
            setValues((v) => ({ ...v, ...fields }))
          }}
        />
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Deletes a service schedule, which can be undone. */
function DeleteScheduleDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useScheduleTexts()
  const change = useChangeSchedule()
  const restore = () => {
    const outcome = saidOutcome(t, s.restored)
    change
      .mutateAsync({ how: 'restore', input: { serviceScheduleId: schedule.id }, key: randomId() })
      .then(outcome.onSuccess, outcome.onError)
  }
  return (
    <ConfirmDialog
      title={s.deleteTitle}
      action={t.services.delete}
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

export type ScheduleStep = 'add' | 'edit' | 'history' | 'delete'

interface ScheduleLayerProps {
  how: ScheduleStep
  machine: EquipmentDetail
  /** The schedule as the server has it now; null for a new one. */
  schedule: Schedule | null
  onClose: () => void
}

/** What is done with the service schedules of a machine. */
export default function ScheduleLayer({ how, machine, schedule, onClose }: ScheduleLayerProps) {
  if (!schedule) return <AddScheduleDialog machine={machine} onClose={onClose} />
  if (how === 'edit') return <EditScheduleDialog id={schedule.id} onClose={onClose} />
  if (how === 'history') return <ScheduleHistory machine={machine} schedule={schedule} onClose={onClose} />
  return <DeleteScheduleDialog schedule={schedule} onClose={onClose} />
}
