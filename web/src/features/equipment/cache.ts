import { replaceEqualDeep, type QueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { countsKey } from './counts'
import { detailKey, type EquipmentDetail } from './detail'
import { pagesKey } from './pages'
import type { EquipmentRow } from './row'

type Rows = readonly EquipmentRow[]

/** Returns rows with one of them changed; the same array when it is not among them, or when nothing differs. */
export function patchRows(rows: Rows, id: string, change: (row: EquipmentRow) => EquipmentRow): Rows {
  const at = rows.findIndex((row) => row.id === id)
  const before = rows[at]
  if (!before) return rows
  const after = replaceEqualDeep(before, change(before))
  return after === before ? rows : rows.with(at, after)
}

/** The fields that a user edits, with what the server makes of an edit. */
export type EditedFields = Partial<
  Pick<EquipmentRow, 'name' | 'serialNumber' | 'category' | 'status' | 'cost' | 'version' | 'updatedAt'> &
    Pick<
      EquipmentDetail,
      'description' | 'manufacturer' | 'model' | 'year' | 'inServiceOn' | 'retiredOn' | 'replacementValue' | 'scheduledHoursPerWeek'
    >
>

/** Changes a machine in every list and in its detail, wherever it is loaded. */
export function patchEquipment(client: QueryClient, id: string, fields: EditedFields): void {
  client.setQueriesData<Rows>({ queryKey: pagesKey }, (rows) => rows && patchRows(rows, id, (row) => ({ ...row, ...fields })))
  client.setQueryData<EquipmentDetail | null>(detailKey(id), (detail) => detail && { ...detail, ...fields })
}

/** Returns a machine as a list has it, if any list has. */
export function findRow(client: QueryClient, id: string): EquipmentRow | undefined {
  for (const [, rows] of client.getQueriesData<Rows>({ queryKey: pagesKey })) {
    const row = rows?.find((r) => r.id === id)
    if (row) return row
  }
  return undefined
}

/** Takes a machine over as the server has it now. An older version than the present one is left alone: it was overtaken. */
export function takeRow(client: QueryClient, row: EquipmentRow): void {
  const before = findRow(client, row.id)
  client.setQueriesData<Rows>(
    { queryKey: pagesKey },
    (rows) => rows && patchRows(rows, row.id, (old) => (row.version < old.version ? old : row)),
  )
  // Its place in a filtered or ordered list, and the counts, are the server's to say.
  const moved =
    !before ||
    before.status !== row.status ||
    before.category !== row.category ||
    before.name !== row.name ||
    before.cost !== row.cost ||
    before.site?.id !== row.site?.id
  if (moved) invalidateSoon(client, countsKey)
  if (moved) invalidateSoon(client, pagesKey)
  invalidateSoon(client, detailKey(row.id))
}

/** Asks for every list and count again: rows were added or removed. */
export function refreshLists(client: QueryClient): void {
  invalidateSoon(client, pagesKey)
  invalidateSoon(client, countsKey)
}
