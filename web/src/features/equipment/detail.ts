import { queryOptions } from '@tanstack/react-query'
import { detailTimes } from '../../data/query-client'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { EquipmentDetailQuery } from '../../graphql/graphql'

const detailDocument = graphql(`
  query EquipmentDetail($id: ID!) {
    equipment(id: $id) {
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
      lifetimeHours
      createdAt
      updatedAt
      version
      user {
        id
        name
      }
      assignedOperator {
        id
        firstName
        lastName
      }
      site {
        id
        name
        code
      }
      siteMoves(first: 20) {
        nodes {
          id
          arrivedAt
          leftAt
          site {
            id
            name
          }
        }
      }
      next: maintenanceRecords(first: 5, filter: { status: [PLANNED] }, orderBy: MAINTENANCE_DATE_ASC) {
        nodes {
          id
          version
          kind
          status
          maintenanceDate
          description
        }
      }
      records: maintenanceRecords(first: 100) {
        nodes {
          id
          version
          kind
          status
          maintenanceDate
          description
          cost
          performedBy
          downFrom
          downTo
          meterHours
          reversalOf {
            id
          }
        }
        totalCount
      }
      meterReadings(first: 100) {
        nodes {
          id
          readAt
          hours
          replacement
        }
        totalCount
      }
      assignments(first: 50) {
        nodes {
          id
          assignedAt
          releasedAt
          operator {
            id
            firstName
            lastName
          }
        }
      }
    }
  }
`)

export type EquipmentDetail = NonNullable<EquipmentDetailQuery['equipment']>
export type DetailRecord = EquipmentDetail['records']['nodes'][number]

export const detailsKey = ['equipment', 'detail'] as const
export const detailKey = (id: string) => [...detailsKey, id] as const

/** A machine with what its page shows. Null when the company has no such machine. */
export function detailQuery(id: string) {
  return queryOptions({
    queryKey: detailKey(id),
    queryFn: async ({ signal }): Promise<EquipmentDetail | null> => (await request(detailDocument, { id }, signal)).equipment ?? null,
    enabled: id !== '',
    ...detailTimes,
  })
}
