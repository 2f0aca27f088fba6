import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { MendFrame } from '../../features/mend/mend-parts'
import { useMendForm, type Errors } from '../../features/mend/use-mend-form'
import { scheduleQuery, type ScheduleDetail } from '../../features/services/schedule'
import {
  isOfOneMachine,
  readSchedule,
  scheduleChanges,
  scheduleFields,
  scheduleForm,
  type ScheduleField,
  type ScheduleForm,
  type ScheduleValues,
} from '../../features/services/schedule-form'
import { targetText } from '../../features/services/service-text'
import { ScheduleConflict, useUpdateSchedule } from '../../features/services/use-update-schedule'
import type { MaintenanceKind, ServiceRecurrence } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { useScheduleTexts } from '../../i18n/schedules'
import { Bone } from '../../ui/bone'
import { Dialog } from '../../ui/dialog'
import { Failure } from '../../ui/failure'
import { useShownAfter } from '../../ui/shown-after'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { ConflictForm } from './conflict-form'
import { problemTexts, ScheduleFields } from './schedule-fields'
import { pausesText } from './schedule-text'

/** The two sides of a conflict: the schedule as another user has left it, and what the user has changed. */
interface Sides {
  current: ScheduleDetail
  mine: Partial<ScheduleValues>
}

/** The form of a schedule. After a conflict it shows both sides, and keeps what was typed. */
function EditForm({ schedule, onClose }: { schedule: ScheduleDetail; onClose: () => void }) {
  const i18n = useI18n()
  const { t, fmt } = i18n
  const s = useScheduleTexts()
  const form = useMendForm<ScheduleField>(scheduleFields)
  const update = useUpdateSchedule()
  // The schedule on which the changes are based: after a conflict that of the other user.
  const [base, setBase] = useState(schedule)
  const [values, setValues] = useState(() => scheduleForm(schedule, fmt))
  const [conflict, setConflict] = useState<Sides | null>(null)
  const ofOneMachine = isOfOneMachine(base)
  const start = scheduleForm(base, fmt)
  const valuesOf = (form: ScheduleForm) => readSchedule(form, ofOneMachine, fmt.locale).values
  const before = valuesOf(start)
  const dirty = conflict !== null || JSON.stringify(values) !== JSON.stringify(start)
  const { close, question, release } = useUnsaved(dirty, onClose)
  const done = () => {
    release()
    onClose()
  }

  const save = (version: number, changes: Partial<ScheduleValues>) => {
    const input = { serviceScheduleId: base.id, expectedVersion: version, ...changes }
    update.mutate(
      { input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          say(s.changed)
          done()
        },
        onError: (error) => {
          if (error instanceof ScheduleConflict) {
            setConflict({ current: error.current, mine: changes })
            return
          }
          // A choice that is refused goes on in the form, based on what is saved now.
          if (conflict) {
            flushSync(() => {
              setBase(conflict.current)
              setValues(scheduleForm({ ...conflict.current, ...changes }, fmt))
              setConflict(null)
            })
          }
          form.fail(error)
        },
      },
    )
  }
  const submit = () => {
    const { values: typed, problems } = readSchedule(values, ofOneMachine, fmt.locale)
    const found: Errors<ScheduleField> = problemTexts(i18n, s, problems)
    const changes = scheduleChanges(typed, before)
    if (Object.keys(changes).length === 0 && Object.keys(found).length === 0) found[''] = t.mend.noChange
    if (form.check(found)) save(base.version, changes)
  }
  if (conflict) {
    return (
      <Dialog title={t.equipment.conflictTitle} onClose={close} size="wide">
        <ConflictForm<ScheduleValues, ScheduleField>
          key={conflict.current.version}
          fields={scheduleFields}
          before={before}
          mine={conflict.mine}
          current={valuesOf(scheduleForm(conflict.current, fmt))}
          nameOf={(field) => s.fields[field] ?? field}
          textOf={(field, value) => {
            if (field === 'kind') return t.maintenance.kind[value as MaintenanceKind]
            if (field === 'recurrence') return s.recurrence[value as ServiceRecurrence]
            if (field === 'estimatedCost') return fmt.money(String(value))
            if (field === 'lastDoneOn' || field === 'firstDueOn') return fmt.day(String(value))
            return field === 'title' ? String(value) : fmt.decimal(String(value))
          }}
          busy={update.isPending}
          onCancel={close}
          onSave={(kept) => {
            if (Object.keys(kept).length === 0) done()
            else save(conflict.current.version, kept)
          }}
        />
        {question}
      </Dialog>
    )
  }
  const target = targetText(i18n, base)
  const pauses = pausesText(i18n, s, base.pauses)
  return (
    <Dialog title={s.editTitle} onClose={close}>
      <MendFrame form={form} action={t.common.save} busy={update.isPending} onCancel={close} onSubmit={submit}>
        <p className="quiet">
          {target !== null && `${s.editMany(target)} `}
          {s.editText}
        </p>
        <ScheduleFields
          form={values}
          start={start}
          ofOneMachine={ofOneMachine}
          added={fmt.dayOf(base.createdAt)}
          errors={form.errors}
          onChange={(fields) => {
            setValues((v) => ({ ...v, ...fields }))
          }}
        />
        {pauses !== null && <p className="small">{s.pauses(pauses)}</p>}
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Edits a service schedule as the server has it when the dialog opens. */
export function EditScheduleDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const s = useScheduleTexts()
  const { data, error, refetch } = useQuery(scheduleQuery(id))
  const slow = useShownAfter(data === undefined, 250)
  if (data === undefined && !slow) return null
  if (data) return <EditForm schedule={data} onClose={onClose} />
  return (
    <Dialog title={s.editTitle} onClose={onClose}>
      {data === null ? (
        <p>{s.gone}</p>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={240} />
      )}
    </Dialog>
  )
}
