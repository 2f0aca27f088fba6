import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { EquipmentFilter, EquipmentStatus } from '../../graphql/graphql'

const countsDocument = graphql(`
  query EquipmentCounts(
    $active: EquipmentFilter!
    $maintenance: EquipmentFilter!
    $inactive: EquipmentFilter!
    $retired: EquipmentFilter!
  ) {
    ACTIVE: equipmentList(first: 1, filter: $active) {
      totalCount
    }
    MAINTENANCE: equipmentList(first: 1, filter: $maintenance) {
      totalCount
    }
    INACTIVE: equipmentList(first: 1, filter: $inactive) {
      totalCount
    }
    RETIRED: equipmentList(first: 1, filter: $retired) {
      totalCount
    }
  }
`)

const categoriesDocument = graphql(`
  query Categories($filter: EquipmentFilter!) {
    categories(filter: $filter, first: 1000) {
      category
      count
    }
  }
`)

export interface Counts {
  byStatus: Record<EquipmentStatus, number>
  total: number
}

export const countsKey = ['equipment', 'counts'] as const

/** The numbers of machines by status. The filter has no status of its own. */
export function countsQuery(filter: EquipmentFilter) {
  return queryOptions({
    queryKey: [...countsKey, filter] as const,
    queryFn: async ({ signal }): Promise<Counts> => {
      const of = (status: EquipmentStatus): EquipmentFilter => ({ ...filter, status: [status] })
      const variables = { active: of('ACTIVE'), maintenance: of('MAINTENANCE'), inactive: of('INACTIVE'), retired: of('RETIRED') }
      const data = await request(countsDocument, variables, signal)
      const byStatus = {
        ACTIVE: data.ACTIVE?.totalCount ?? 0,
        MAINTENANCE: data.MAINTENANCE?.totalCount ?? 0,
        INACTIVE: data.INACTIVE?.totalCount ?? 0,
        RETIRED: data.RETIRED?.totalCount ?? 0,
      }
      return { byStatus, total: Object.values(byStatus).reduce((a, b) => a + b, 0) }
    },
  })
}

/** Returns how many machines a list of these statuses has; every status when none is named. */
export function totalOf(counts: Counts, status: readonly EquipmentStatus[]): number {
  return status.length === 0 ? counts.total : status.reduce((sum, s) => sum + counts.byStatus[s], 0)
}

/** The categories with their numbers of machines. The filter has no category of its own. */
export function categoriesQuery(filter: EquipmentFilter) {
  return queryOptions({
    queryKey: [...countsKey, 'categories', filter] as const,
    queryFn: async ({ signal }) => (await request(categoriesDocument, { filter }, signal)).categories ?? [],
  })
}
