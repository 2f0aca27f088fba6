import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { pageQuery, pageSize, type List } from '../../features/equipment/pages'
import type { EquipmentRow } from '../../features/equipment/row'

/** Rows that the list has settled on: only their pages are asked for, not those that a fast scroll passes. */
export interface Settled {
  from: number
  to: number
}

/** The row at an index, once its page is there. Only a change of this row renders its component again. */
export function useRow(list: List, index: number, settled: Settled): { row: EquipmentRow | undefined; failed: boolean } {
  const page = Math.floor(index / pageSize)
  const at = index % pageSize
  const select = useCallback((rows: readonly EquipmentRow[]) => rows[at], [at])
  const wanted = (page + 1) * pageSize > settled.from && page * pageSize <= settled.to
  const { data, isError } = useQuery({ ...pageQuery(list, page), select, enabled: wanted, notifyOnChangeProps: ['data', 'isError'] })
  return { row: data, failed: isError }
}
