import { useState } from 'react'
import { machineFields, type MachineField, type MachineInput } from '../../features/equipment/machine-input'
import type { EditableFragment } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'

export type Side = 'mine' | 'theirs'

/** Returns the fields that both have changed, to different values, and those that only the other has. */
export function compare(
  before: MachineInput,
  mine: Partial<MachineInput>,
  current: MachineInput,
): { disputed: MachineField[]; theirs: MachineField[] } {
  return {
    disputed: machineFields.filter((f) => f in mine && mine[f] !== current[f]),
    theirs: machineFields.filter((f) => !(f in mine) && before[f] !== current[f]),
  }
}

interface ConflictFormProps {
  before: MachineInput
  mine: Partial<MachineInput>
  current: EditableFragment
  busy: boolean
  onCancel: () => void
  /** Called with the fields of which the user's own value stays. */
  onSave: (fields: Partial<MachineInput>) => void
}

/** The two sides of a conflict beside each other, with a choice for each field. */
export function ConflictForm({ before, mine, current, busy, onCancel, onSave }: ConflictFormProps) {
  const { t, fmt } = useI18n()
  const { disputed, theirs } = compare(before, mine, current)
  const [sides, setSides] = useState<Partial<Record<MachineField, Side>>>({})
  const names: Record<string, string> = t.equipment.fields
  const text = (values: Partial<MachineInput>, field: MachineField): string => {
    const value = values[field]
    if (value === null || value === undefined) return '–'
    if (field === 'status') return t.equipment.status[value as MachineInput['status']]
    if (field === 'inServiceOn' || field === 'retiredOn') return fmt.day(String(value))
    return field === 'cost' || field === 'replacementValue' ? fmt.money(String(value)) : String(value)
  }
  return (
    <form
      className="conflict"
      onSubmit={(event) => {
        event.preventDefault()
        onSave(Object.fromEntries(disputed.filter((f) => sides[f] !== 'theirs').map((f) => [f, mine[f]])))
      }}
    >
      <p className="quiet">{disputed.length > 0 ? t.equipment.conflictText : t.equipment.conflictSame}</p>
      {disputed.map((field) => (
        <fieldset key={field}>
          <legend>{names[field] ?? field}</legend>
          {(['mine', 'theirs'] as const).map((side) => (
            <label key={side} className="side">
              <input
                type="radio"
                name={field}
                checked={(sides[field] ?? 'mine') === side}
                onChange={() => {
                  setSides({ ...sides, [field]: side })
                }}
              />
              <span className="small">{side === 'mine' ? t.equipment.conflictMine : t.equipment.conflictTheirs}</span>
              <span className="value">{text(side === 'mine' ? mine : current, field)}</span>
            </label>
          ))}
        </fieldset>
      ))}
      {theirs.length > 0 && (
        <dl className="also">
          {theirs.map((field) => (
            <div key={field}>
              <dt className="small">
                {names[field] ?? field}, {t.equipment.conflictTheirs.toLocaleLowerCase()}
              </dt>
              <dd>{text(current, field)}</dd>
            </div>
          ))}
        </dl>
      )}
      <footer>
        <button type="button" className="btn" onClick={onCancel}>
          {t.common.cancel}
        </button>
        <button type="submit" className="btn loud" disabled={busy}>
          {t.equipment.conflictSave}
        </button>
      </footer>
    </form>
  )
}
