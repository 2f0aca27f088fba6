import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../data/request'
import { findRow, refreshLists, takeRow } from '../../features/equipment/cache'
import { categoriesQuery } from '../../features/equipment/counts'
import { rowFragment } from '../../features/equipment/row'
import { statuses } from '../../features/equipment/status-mark'
import { Refusal } from '../../features/equipment/user-errors'
import { graphql, readFragment } from '../../graphql'
import type { EquipmentStatus } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { Dialog } from '../../ui/dialog'
import { failureText } from '../../ui/failure'
import { Field } from '../../ui/field'
import { say } from '../../ui/toasts'
import type { BatchField } from './bulk-bar'
import { useSelection } from './selection'

/** The most machines that the server changes at once, and that it finds by id at once. */
const most = 250
const mostIds = 100

const batchDocument = graphql(`
  mutation UpdateEquipmentBatch($input: UpdateEquipmentBatchInput!, $key: String!) {
    updateEquipmentBatch(input: $input, idempotencyKey: $key) {
      results {
        outcome
        equipment {
          ...EquipmentRow
        }
        errors {
          message
          reason
        }
      }
      errors {
        message
        reason
      }
    }
  }
`)

const versionsDocument = graphql(`
  query EquipmentVersions($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on Equipment {
        version
      }
    }
  }
`)

async function missingVersions(ids: string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let i = 0; i < ids.length; i += mostIds) {
    const { nodes } = await request(versionsDocument, { ids: ids.slice(i, i + mostIds) })
    for (const node of nodes ?? []) if (node && 'version' in node) found.set(node.id, node.version)
  }
  return found
}

interface Outcome {
  changed: string[]
  failed: { id: string; name: string; reason: string }[]
}

/** Changes one field of every selected machine, and says of each one that failed why. */
export default function BatchDialog({ field, onClose }: { field: BatchField; onClose: () => void }) {
  const { t, fmt } = useI18n()
  const client = useQueryClient()
  const names = useSelection((s) => s.names)
  const ids = Object.keys(names)
  const [status, setStatus] = useState<EquipmentStatus>('ACTIVE')
  const [category, setCategory] = useState('')
  const [key] = useState(randomId)
  const { data: categories = [] } = useQuery({ ...categoriesQuery({}), enabled: field === 'category' })

  const change = useMutation({
    mutationFn: async (): Promise<Outcome> => {
      const known = new Map(ids.map((id) => [id, findRow(client, id)?.version]))
      const read = await missingVersions(ids.filter((id) => known.get(id) === undefined))
      const value = field === 'status' ? { status } : { category: category.trim() }
      const updates = ids.map((id) => ({ equipmentId: id, expectedVersion: known.get(id) ?? read.get(id) ?? 0, ...value }))
      const { updateEquipmentBatch: payload } = await request(batchDocument, { input: { updates, dryRun: false, atomic: false }, key })
      if (!payload || payload.errors.length > 0) throw new Refusal(payload?.errors ?? [])
      const outcome: Outcome = { changed: [], failed: [] }
      payload.results.forEach((result, i) => {
        const id = ids[i] ?? ''
        const row = readFragment(rowFragment, result.equipment)
        if (result.outcome === 'APPLIED') outcome.changed.push(id)
        else outcome.failed.push({ id, name: names[id] ?? id, reason: result.errors.map((e) => e.message).join('; ') })
        if (row && result.outcome === 'APPLIED') takeRow(client, row)
      })
      refreshLists(client)
      return outcome
    },
    onSuccess: ({ changed, failed }) => {
      useSelection.getState().remove(changed)
      if (failed.length > 0) return
      say(t.equipment.batchDone(changed.length, fmt.count(changed.length)))
      onClose()
    },
  })
  const failed = change.data?.failed ?? []
  if (failed.length > 0) {
    const done = change.data?.changed.length ?? 0
    return (
      <Dialog title={t.equipment.batchFailed(failed.length, fmt.count(failed.length))} onClose={onClose}>
        {done > 0 && <p>{t.equipment.batchDone(done, fmt.count(done))}.</p>}
        <ul className="outcomes">
          {failed.map((f) => (
            <li key={f.id}>
              <span className="strong">{f.name}</span>
              <span className="quiet">{f.reason}</span>
            </li>
          ))}
        </ul>
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            {t.common.close}
          </button>
        </footer>
      </Dialog>
    )
  }
  const tooMany = ids.length > most
  return (
    <Dialog title={field === 'status' ? t.equipment.setStatus : t.equipment.setCategory} onClose={onClose} size="narrow">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        {field === 'status' ? (
          <Field label={t.equipment.setStatusTo}>
            {(control) => (
              <select
                {...control}
                className="input"
                value={status}
                onChange={(event) => {
                  const chosen = statuses.find((s) => s === event.target.value)
                  if (chosen) setStatus(chosen)
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
        ) : (
          <Field label={t.equipment.setCategoryTo}>
            {(control) => (
              <>
                <input
                  {...control}
                  className="input"
                  list="batch-categories"
                  required
                  maxLength={100}
                  data-first
                  value={category}
                  onChange={(event) => {
                    setCategory(event.target.value)
                  }}
                />
                <datalist id="batch-categories">
                  {categories.map((c) => (
                    <option key={c.category} value={c.category} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
        )}
        {(tooMany || change.error) && (
          <p role="alert" className="notice crit batch-error">
            {tooMany ? t.equipment.batchTooMany : change.error instanceof Refusal ? change.error.message : failureText(t, change.error)}
          </p>
        )}
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            {t.common.cancel}
          </button>
          <button type="submit" className="btn loud" disabled={tooMany || change.isPending}>
            {t.equipment.applyTo(ids.length, fmt.count(ids.length))}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
