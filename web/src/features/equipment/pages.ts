import { queryOptions } from '@tanstack/react-query'
import { listTimes } from '../../data/query-client'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { EquipmentFilter, EquipmentOrder } from '../../graphql/graphql'
import { rowFragment, type EquipmentRow } from './row'

/** Rows of a page: one request each. */
export const pageSize = 50

export interface List {
  filter: EquipmentFilter
  order: EquipmentOrder
}

const pageDocument = graphql(`
  query EquipmentPage($first: Int!, $offset: Int!, $filter: EquipmentFilter, $orderBy: EquipmentOrder!) {
    equipmentList(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
      nodes {
        ...EquipmentRow
      }
    }
  }
`)

export const pagesKey = ['equipment', 'page'] as const

/** One page of a list, wherever it stands: the pages before it are not needed. */
export function pageQuery(list: List, page: number) {
  return queryOptions({
    queryKey: [...pagesKey, list, page] as const,
    queryFn: async ({ signal }): Promise<readonly EquipmentRow[]> => {
      const variables = { first: pageSize, offset: page * pageSize, filter: list.filter, orderBy: list.order }
      const { equipmentList } = await request(pageDocument, variables, signal)
      return readFragment(rowFragment, equipmentList?.nodes ?? [])
    },
    ...listTimes,
  })
}
