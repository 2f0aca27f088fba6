import { useQuery } from '@tanstack/react-query'
import type { InputHTMLAttributes } from 'react'
import { useI18n } from '../../i18n/context'
import { Field } from '../../ui/field'
import { categoriesQuery } from './counts'
import type { MachineField, MachineForm } from './machine-input'
import { statuses } from './status-mark'

interface MachineFieldsProps {
  form: MachineForm
  errors: Partial<Record<MachineField, string>>
  onChange: (fields: Partial<MachineForm>) => void
}

type OptionalText = Exclude<MachineField, 'name' | 'category' | 'status' | 'description'>

/** The fields of a machine, when it is added and when it is edited. */
export function MachineFields({ form, errors, onChange }: MachineFieldsProps) {
  const { t, fmt } = useI18n()
  const { data: categories = [] } = useQuery(categoriesQuery({}))
  const text = (name: OptionalText, label: string, control: InputHTMLAttributes<HTMLInputElement>) => (
    <Field label={label} error={errors[name]} optional>
      {(given) => (
        <input
          className="input"
          autoComplete="off"
          {...control}
          {...given}
          value={form[name]}
          onChange={(event) => {
            onChange({ [name]: event.target.value })
          }}
        />
      )}
    </Field>
  )
  return (
    <div className="form">
      <Field label={t.equipment.name} error={errors.name} className="full">
        {(control) => (
          <input
            {...control}
            className="input"
            maxLength={200}
            data-first
            autoComplete="off"
            value={form.name}
            onChange={(event) => {
              onChange({ name: event.target.value })
            }}
          />
        )}
      </Field>
      <Field label={t.equipment.category} error={errors.category}>
        {(control) => (
          <>
            <input
              {...control}
              className="input"
              list="machine-categories"
              maxLength={100}
              autoComplete="off"
              value={form.category}
              onChange={(event) => {
                onChange({ category: event.target.value })
              }}
            />
            <datalist id="machine-categories">
              {categories.map((c) => (
                <option key={c.category} value={c.category} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label={t.equipment.statusLabel} error={errors.status}>
        {(control) => (
          <select
            {...control}
            className="input"
            value={form.status}
            onChange={(event) => {
              const status = statuses.find((s) => s === event.target.value)
              if (status) onChange({ status })
            }}
          >
            {statuses.map((s) => (
              <option key={s} value={s}>
                {t.equipment.status[s]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {text('serialNumber', t.equipment.serial, { maxLength: 100, spellCheck: false })}
      {text('cost', t.equipment.cost(fmt.currency), { className: 'input num', inputMode: 'decimal' })}
      {text('manufacturer', t.equipment.manufacturer, { maxLength: 100 })}
      {text('model', t.equipment.model, { maxLength: 100, spellCheck: false })}
      {text('year', t.equipment.year, { className: 'input num', inputMode: 'numeric', maxLength: 4 })}
      {text('inServiceOn', t.equipment.inServiceOn, { type: 'date' })}
      {form.status === 'RETIRED' && text('retiredOn', t.equipment.retiredOn, { type: 'date' })}
      {text('replacementValue', t.equipment.replacementValue(fmt.currency), { className: 'input num', inputMode: 'decimal' })}
      {text('scheduledHoursPerWeek', t.equipment.scheduledHours, {
        className: 'input num',
        inputMode: 'decimal',
        placeholder: t.equipment.asCompany,
      })}
      <Field label={t.equipment.description} error={errors.description} optional className="full">
        {(control) => (
          <textarea
            {...control}
            className="input"
            maxLength={10_000}
            value={form.description}
            onChange={(event) => {
              onChange({ description: event.target.value })
            }}
          />
        )}
      </Field>
    </div>
  )
}
