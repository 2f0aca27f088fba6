import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../data/request'
import { detailKey } from '../../features/equipment/detail'
import { graphql } from '../../graphql'
import type { MachineHistoryQuery } from '../../graphql/graphql'
import { useI18n, type I18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'

const historyDocument = graphql(`
  query MachineHistory($id: ID!, $first: Int!) {
    equipment(id: $id) {
      history(first: $first) {
        nodes {
          id
          action
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
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`)

type Entry = NonNullable<MachineHistoryQuery['equipment']>['history']['nodes'][number]

const steps = [5, 25, 100]

const historyQuery = (id: string, first: number) =>
  queryOptions({
    queryKey: [...detailKey(id), 'history', first] as const,
    queryFn: async ({ signal }) => (await request(historyDocument, { id, first }, signal)).equipment?.history ?? null,
  })

/** Returns a value of the history in the user's words. */
function valueText({ t, fmt }: I18n, field: string, value: string | null): string {
  if (value === null || value === '') return '–'
  const statuses: Record<string, string> = t.equipment.status
  if (field === 'status') return statuses[value] ?? value
  if (field === 'cost' && /^-?\d+(\.\d+)?$/.test(value)) return fmt.money(value)
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return fmt.dateTime(value)
  return value
}

function Change({ entry }: { entry: Entry }) {
  const i18n = useI18n()
  const { t } = i18n
  const names: Record<string, string> = t.equipment.fields
  // Ids say nothing to people.
  const changes = entry.changes.filter((c) => !/Id$/.test(c.field))
  if (entry.action === 'CREATED' || changes.length === 0) return <span className="strong">{t.equipment.actions[entry.action]}</span>
  return (
    <>
      {entry.action !== 'UPDATED' && <span>{t.equipment.actions[entry.action]}: </span>}
      {changes.map((c, i) => (
        <span key={c.field}>
          {i > 0 && '; '}
          {names[c.field] ?? c.field}{' '}
          <span className="strong">
            {c.from === null ? valueText(i18n, c.field, c.to) : `${valueText(i18n, c.field, c.from)} → ${valueText(i18n, c.field, c.to)}`}
          </span>
        </span>
      ))}
    </>
  )
}

/** What was changed in a machine, by which user and when. */
export function HistoryCard({ id }: { id: string }) {
  const { t, fmt } = useI18n()
  const [step, setStep] = useState(0)
  const { data, error, refetch } = useQuery({ ...historyQuery(id, steps[step] ?? 100), placeholderData: keepPreviousData })
  return (
    <section className="card">
      <header>
        <h2>{t.equipment.history}</h2>
      </header>
      {data ? (
        data.nodes.length === 0 ? (
          <p className="quiet">{t.equipment.notYet}</p>
        ) : (
          <ul className="log">
            {data.nodes.map((entry) => (
              <li key={entry.id}>
                <div>
                  <Change entry={entry} />
                </div>
                <div className="small">
                  <time dateTime={entry.at}>{t.equipment.changedBy(fmt.dateTime(entry.at), entry.user?.name ?? t.equipment.bySystem)}</time>
                </div>
              </li>
            ))}
          </ul>
        )
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={120} />
      )}
      {data?.pageInfo.hasNextPage && step < steps.length - 1 && (
        <button
          type="button"
          className="link"
          onClick={() => {
            setStep(step + 1)
          }}
        >
          {t.equipment.showMore}
        </button>
      )}
    </section>
  )
}
