import type { ReactNode } from 'react'
import type { HistoryLineFragment } from '../../graphql/graphql'
import { graphql } from '../../graphql'
import { useI18n, type I18n } from '../../i18n/context'
import './history.css'

export const historyLine = graphql(`
  fragment HistoryLine on HistoryEntry {
    id
    action
    reason
    at
    user {
      name
    }
    changes {
      field
      from
      to
    }
  }
`)

/** Names of rows by their ids, where the page knows them. */
export type Names = ReadonlyMap<string, string>

const isId = (value: string) => /^[a-z_]+_[0-9a-z]{26}$/.test(value)
const money = new Set(['cost', 'labourCost', 'partsCost', 'replacementValue', 'estimatedCost'])

/** Returns a value of the history in the user's words. */
export function valueText({ t, fmt }: I18n, field: string, value: string | null, names: Names): string {
  if (value === null || value === '') return '–'
  const statuses: Record<string, string> = { ...t.equipment.status, ...t.maintenance.status }
  const kinds: Record<string, string> = t.maintenance.kind
  const units: Record<string, string> = t.equipment.meterUnits
  if (isId(value)) return names.get(value) ?? '…'
  if (/^status/i.test(field)) return statuses[value] ?? value
  if (field === 'kind') return kinds[value] ?? value
  if (field === 'unit') return units[value] ?? value
  if (money.has(field) && /^-?\d+(\.\d+)?$/.test(value)) return fmt.money(value)
  if (/[hH]ours|^value$/.test(field) && /^-?\d+(\.\d+)?$/.test(value)) return fmt.decimal(value)
  if (value === 'true' || value === 'false') return t.equipment.yesNo[value]
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return fmt.dateTime(value)
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return fmt.day(value)
  return value
}

/** Returns the changes that say something to people: no ids of rows that the page cannot name. */
export function shownChanges(entry: Pick<HistoryLineFragment, 'changes'>, names: Names): HistoryLineFragment['changes'] {
  const unknown = (value: string | null) => value !== null && isId(value) && !names.has(value)
  return entry.changes.filter((c) => !/Id$/.test(c.field) && !unknown(c.from) && !unknown(c.to))
}

type ChangeProps = Required<Pick<HistoryListProps, 'names' | 'fields' | 'textOf'>> & { entry: HistoryLineFragment }

function Change({ entry, names, fields: more, textOf }: ChangeProps) {
  const i18n = useI18n()
  const { t } = i18n
  const fields: Record<string, string> = { ...t.equipment.fields, ...more }
  const changes = shownChanges(entry, names)
  if (entry.action === 'CREATED' || changes.length === 0) return <span className="strong">{t.equipment.actions[entry.action]}</span>
  return (
    <>
      {entry.action !== 'UPDATED' && <span>{t.equipment.actions[entry.action]}: </span>}
      {changes.map((c, i) => {
        const text = (value: string | null) => (value ? textOf(c.field, value) : null) ?? valueText(i18n, c.field, value, names)
        const [from, to] = [text(c.from), text(c.to)]
        return (
          <span key={c.field}>
            {i > 0 && '; '}
            {fields[c.field] ?? c.field} <span className="strong">{c.from === null || from === to ? to : `${from} → ${to}`}</span>
          </span>
        )
      })}
    </>
  )
}

interface HistoryListProps {
  entries: readonly HistoryLineFragment[]
  names: Names
  /** Names of fields that machines and their work do not have. */
  fields?: Record<string, string>
  /** A value of such a field in the user's words; null for the others. */
  textOf?: (field: string, value: string) => string | null
  /** Draws a change in its own words; null for those that have none. */
  draw?: (entry: HistoryLineFragment) => ReactNode
}

const none = {}
const asAnyValue = () => null

/** Changes of a row, newest first: what, why, by which user and when. */
export function HistoryList({ entries, names, fields = none, textOf = asAnyValue, draw }: HistoryListProps) {
  const { t, fmt } = useI18n()
  if (entries.length === 0) return <p className="quiet">{t.equipment.notYet}</p>
  return (
    <ul className="log">
      {entries.map((entry) => (
        <li key={entry.id}>
          <div>{draw?.(entry) ?? <Change entry={entry} names={names} fields={fields} textOf={textOf} />}</div>
          {entry.reason && <div className="quiet why">{t.mend.because(entry.reason)}</div>}
          <div className="small">
            <time dateTime={entry.at}>{t.equipment.changedBy(fmt.dateTime(entry.at), entry.user?.name ?? t.equipment.bySystem)}</time>
          </div>
        </li>
      ))}
    </ul>
  )
}
