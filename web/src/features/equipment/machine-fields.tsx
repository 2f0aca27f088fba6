import { useQuery } from '@tanstack/react-query'
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

/** The fields of a machine, when it is added and when it is edited. */
export function MachineFields({ form, errors, onChange }: MachineFieldsProps) {
  const { t, fmt } = useI18n()
  const { data: categories = [] } = useQuery(categoriesQuery({}))
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
      <Field label={t.equipment.serial} error={errors.serialNumber} optional>
        {(control) => (
          <input
            {...control}
            className="input"
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
            value={form.serialNumber}
            onChange={(event) => {
              onChange({ serialNumber: event.target.value })
            }}
          />
        )}
      </Field>
      <Field label={t.equipment.cost(fmt.currency)} error={errors.cost} optional>
        {(control) => (
          <input
            {...control}
            className="input num"
            inputMode="decimal"
            autoComplete="off"
            value={form.cost}
            onChange={(event) => {
              onChange({ cost: event.target.value })
            }}
          />
        )}
      </Field>
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
