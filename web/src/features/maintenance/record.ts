import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { MaintenanceRecordQuery } from '../../graphql/graphql'
import { workKey } from './work-counts'

const recordDocument = graphql(`
  query MaintenanceRecord($id: ID!, $history: Boolean!) {
    maintenanceRecord(id: $id) {
      id
      version
      kind
      sourceKind
      sourceRef
      status
      dueDate
      startedAt
      completedAt
      maintenanceDate
      description
      cost
      labourCost
      partsCost
      labourHours
      performedBy
      downFrom
      downTo
      downToExpected
      meterHours
      createdAt
      equipment {
        id
        name
      }
      reversalOf {
        id
        kind
        maintenanceDate
        description
      }
      reversedBy {
        id
        kind
        maintenanceDate
        description
      }
      history(first: 50) @include(if: $history) {
        nodes {
          ...HistoryLine
        }
      }
    }
  }
`)

export type WorkRecord = NonNullable<MaintenanceRecordQuery['maintenanceRecord']>

/** One record of work with its history. Null when the company has no such record, or it was deleted. */
export function recordQuery(id: string, history: boolean) {
  return queryOptions({
    queryKey: [...workKey, 'record', id, history] as const,
    queryFn: async ({ signal }) => (await request(recordDocument, { id, history }, signal)).maintenanceRecord ?? null,
  })
}

const deletedDocument = graphql(`
  query DeletedRecords($filter: MaintenanceRecordFilter!) {
    maintenanceRecords(first: 50, filter: $filter) {
      totalCount
      nodes {
        id
        version
        kind
        status
        maintenanceDate
        description
        cost
        deletedAt
        history(first: 1) {
          nodes {
            id
            reason
            at
            user {
              name
            }
          }
        }
      }
    }
  }
`)

/** The deleted records of a machine, with why they were deleted. */
export function deletedRecordsQuery(equipmentId: string) {
  return queryOptions({
    queryKey: [...workKey, 'deleted', equipmentId] as const,
    queryFn: async ({ signal }) => {
      const { maintenanceRecords: list } = await request(
        deletedDocument,
        { filter: { equipment: { in: [equipmentId] }, deleted: 'ONLY' } },
        signal,
      )
      return list?.nodes ?? []
    },
  })
}
