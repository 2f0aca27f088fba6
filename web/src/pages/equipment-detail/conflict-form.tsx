import { useEffect, useRef, useState } from 'react'
import { useI18n } from '../../i18n/context'

export type Side = 'mine' | 'theirs'

/** Returns the fields that both have changed, to different values, and those that only the other has. */
export function compare<V extends object, F extends keyof V>(
  fields: readonly F[],
  before: V,
  mine: Partial<V>,
  current: V,
): { disputed: F[]; theirs: F[] } {
  return {
    disputed: fields.filter((f) => f in mine && mine[f] !== current[f]),
    theirs: fields.filter((f) => !(f in mine) && before[f] !== current[f]),
  }
}

interface ConflictFormProps<V extends object, F extends keyof V & string> {
  fields: readonly F[]
  before: V
  mine: Partial<V>
  current: V
  nameOf: (field: F) => string
  /** A value in the user's words; it is never empty. */
  textOf: (field: F, value: NonNullable<V[F]>) => string
  busy: boolean
  onCancel: () => void
  /** Called with the fields of which the user's own value stays. */
  onSave: (fields: Partial<V>) => void
}

/** The two sides of a conflict beside each other, with a choice for each field. */
export function ConflictForm<V extends object, F extends keyof V & string>(props: ConflictFormProps<V, F>) {
  const { fields, before, mine, current, nameOf, textOf, busy, onCancel, onSave } = props
  const { t } = useI18n()
  const { disputed, theirs } = compare(fields, before, mine, current)
  const [sides, setSides] = useState<Partial<Record<F, Side>>>({})
  const element = useRef<HTMLFormElement>(null)
  // The button that was pressed is gone: the title of the dialog says what has happened.
  useEffect(() => {
    element.current?.closest('dialog')?.querySelector('h2')?.focus()
  }, [])
  const text = (values: Partial<V>, field: F): string => {
    const value = values[field]
    return value === null || value === undefined ? '–' : textOf(field, value)
  }
  return (
    <form
      ref={element}
      className="conflict"
      onSubmit={(event) => {
        event.preventDefault()
        const kept = new Set<string>(disputed.filter((f) => sides[f] !== 'theirs'))
        onSave(Object.fromEntries(Object.entries(mine).filter(([f]) => kept.has(f))) as Partial<V>)
      }}
    >
      <p className="quiet">{disputed.length > 0 ? t.equipment.conflictText : t.equipment.conflictSame}</p>
      {disputed.map((field) => (
        <fieldset key={field}>
          <legend>{nameOf(field)}</legend>
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
                {nameOf(field)}, {t.equipment.conflictTheirs.toLocaleLowerCase()}
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
