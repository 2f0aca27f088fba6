import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { soonDays } from '../../features/equipment/due'
import { workKey } from '../../features/maintenance/work-counts'
import { graphql } from '../../graphql'
import type { MaintenanceRecordFilter } from '../../graphql/graphql'
import { addDays } from '../../lib/days'

const attentionDocument = graphql(`
  query Attention(
    $overdue: MaintenanceRecordFilter!
    $down: MaintenanceRecordFilter!
    $due: MaintenanceRecordFilter!
    $progress: MaintenanceRecordFilter!
  ) {
    overdue: maintenanceRecords(first: 1, filter: $overdue, orderBy: MAINTENANCE_DATE_ASC) {
      ...AttentionList
    }
    down: maintenanceRecords(first: 1, filter: $down, orderBy: MAINTENANCE_DATE_ASC) {
      ...AttentionList
    }
    due: maintenanceRecords(first: 1, filter: $due, orderBy: MAINTENANCE_DATE_ASC) {
      ...AttentionList
    }
    progress: maintenanceRecords(first: 1, filter: $progress, orderBy: MAINTENANCE_DATE_DESC) {
      ...AttentionList
    }
  }
`)

export const attentionFragment = graphql(`
  fragment AttentionList on MaintenanceRecordConnection {
    totalCount
    nodes {
      id
      maintenanceDate
      downFrom
      equipment {
        id
        name
      }
    }
  }
`)

/** The filters of work that needs action. */
export function attentionFilters(today: string) {
  return {
    overdue: { status: ['PLANNED'], maintenanceDate: { lt: today } },
    down: { down: true },
    due: { status: ['PLANNED'], maintenanceDate: { gte: today, lte: addDays(today, soonDays) } },
    progress: { status: ['IN_PROGRESS'] },
  } satisfies Record<string, MaintenanceRecordFilter>
}

/** What needs action: how many, and the first of them. */
export function attentionQuery(today: string) {
  return queryOptions({
    queryKey: [...workKey, 'attention', today] as const,
    queryFn: ({ signal }) => request(attentionDocument, attentionFilters(today), signal),
  })
}
