import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { detailKey } from '../../features/equipment/detail'
import { graphql } from '../../graphql'
import type { DeletedMachineQuery } from '../../graphql/graphql'

const deletedDocument = graphql(`
  query DeletedMachine($filter: EquipmentFilter!) {
    equipmentList(first: 1, filter: $filter) {
      nodes {
        id
        name
        serialNumber
        description
        category
        status
        cost
        manufacturer
        model
        year
        inServiceOn
        retiredOn
        replacementValue
        scheduledHoursPerWeek
        createdAt
        deletedAt
        version
        user {
          id
          name
        }
        meterReadings(first: 1) {
          nodes {
            hours
            readAt
          }
        }
        maintenanceRecords(first: 50, filter: { deleted: INCLUDE }) {
          totalCount
          nodes {
            id
            kind
            status
            maintenanceDate
            description
            cost
          }
        }
        history(first: 25) {
          nodes {
            ...HistoryLine
          }
        }
      }
    }
  }
`)

export type Deleted = NonNullable<DeletedMachineQuery['equipmentList']>['nodes'][number]

/** A machine that was deleted, with what is left of it. Null when there is none with this id. */
export function deletedMachineQuery(id: string) {
  return queryOptions({
    queryKey: [...detailKey(id), 'deleted'] as const,
    queryFn: async ({ signal }) => {
      const { equipmentList } = await request(deletedDocument, { filter: { ids: [id], deleted: 'ONLY' } }, signal)
      return equipmentList?.nodes[0] ?? null
    },
  })
}
