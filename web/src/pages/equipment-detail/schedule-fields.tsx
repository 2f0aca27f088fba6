import type { InputHTMLAttributes } from 'react'
import { kinds } from '../../features/maintenance/look'
import { ChoiceField, numeric, TextField } from '../../features/mend/mend-parts'
import type { Errors } from '../../features/mend/use-mend-form'
import {
  asks,
  begins,
  recurrences,
  type Begin,
  type ScheduleField,
  type ScheduleForm,
  type ScheduleProblems,
} from '../../features/services/schedule-form'
import { useI18n, type I18n } from '../../i18n/context'
import { useScheduleTexts } from '../../i18n/schedules'

type LineField = Exclude<ScheduleField, 'title' | 'kind' | 'recurrence'>

/** Returns the texts of what is wrong in a form. */
export function problemTexts(
  { t, fmt }: I18n,
  s: ReturnType<typeof useScheduleTexts>,
  problems: ScheduleProblems,
): Partial<Record<ScheduleField, string>> {
  const texts = {
    required: t.common.required,
    number: t.common.notANumber(fmt.decimal('4210.5')),
    wholeDays: s.wholeDays,
    intervalNeeded: s.intervalNeeded,
    oneInterval: s.oneInterval,
  }
  return Object.fromEntries(Object.entries(problems).map(([field, problem]) => [field, texts[problem]]))
}

interface ScheduleFieldsProps {
  form: ScheduleForm
  /** The form as it was opened. */
  start: ScheduleForm
  /** Whether the schedule is that of one machine. */
  ofOneMachine: boolean
  /** From when an interval counts that has no other begin; null for a new schedule. */
  added: string | null
  errors: Errors<ScheduleField>
  onChange: (fields: Partial<ScheduleForm>) => void
}

/** The fields of a service schedule. */
export function ScheduleFields({ form, start, ofOneMachine, added, errors, onChange }: ScheduleFieldsProps) {
  const { t, fmt } = useI18n()
  const s = useScheduleTexts()
  const line = (field: LineField, label: string, control: InputHTMLAttributes<HTMLInputElement>, optional = true) =>
    asks(form, field, ofOneMachine) && (
      <TextField
        label={label}
        error={errors[field]}
        optional={optional}
        {...control}
        value={form[field]}
        onText={(text) => {
          onChange({ [field]: text })
        }}
      />
    )
  const day = { type: 'date' } as const
  const whole = { className: 'input num', inputMode: 'numeric' } as const
  return (
    <div className="form">
      <TextField
        label={s.what}
        error={errors.title}
        maxLength={200}
        data-first
        value={form.title}
        onText={(title) => {
          onChange({ title })
        }}
      />
      <ChoiceField
        label={t.maintenance.kindLabel}
        error={errors.kind}
        value={form.kind}
        choices={kinds}
        textOf={(kind) => t.maintenance.kind[kind]}
        onChoose={(kind) => {
          onChange({ kind })
        }}
      />
      {line('intervalDays', s.intervalDays, whole)}
      {line('intervalHours', s.intervalHours, numeric)}
      <ChoiceField
        label={s.recurrenceLabel}
        error={errors.recurrence}
        value={form.recurrence}
        choices={recurrences}
        textOf={(recurrence) => s.recurrence[recurrence]}
        onChoose={(recurrence) => {
          onChange({ recurrence })
        }}
      />
      <ChoiceField<Begin>
        label={s.beginLabel}
        value={form.begin}
        choices={start.begin === 'BOTH' ? [...begins, 'BOTH'] : begins}
        textOf={(begin) => (begin === 'NOW' && added !== null ? s.beginAdded(fmt.day(added)) : s.begin[begin])}
        onChoose={(begin) => {
          onChange({ begin })
        }}
      />
      {line('lastDoneOn', s.lastDoneOn, day)}
      {line('lastDoneHours', s.lastDoneHours, numeric)}
      {line('firstDueOn', s.firstDueOn, day)}
      {line('firstDueHours', s.firstDueHours, numeric)}
      {line('leadDays', s.leadDays, whole, false)}
      {line('leadHours', s.leadHours, numeric)}
      {line('estimatedCost', s.estimatedCost(fmt.currency), numeric)}
      {line('estimatedHours', s.estimatedHours, numeric)}
    </div>
  )
}
