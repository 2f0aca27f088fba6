import { graphql } from '../../graphql'
import type { EquipmentRowFragment } from '../../graphql/graphql'

/** What lists show of a machine. */
export const rowFragment = graphql(`
  fragment EquipmentRow on Equipment {
    id
    name
    serialNumber
    category
    status
    cost
    createdAt
    updatedAt
    version
    assignedOperator {
      id
      firstName
      lastName
    }
    last: maintenanceRecords(first: 1, filter: { status: [COMPLETED, IN_PROGRESS] }) {
      nodes {
        id
        maintenanceDate
      }
    }
    next: maintenanceRecords(first: 1, filter: { status: [PLANNED] }, orderBy: MAINTENANCE_DATE_ASC) {
      nodes {
        id
        maintenanceDate
      }
    }
    meterReadings(first: 1) {
      nodes {
        hours
      }
    }
  }
`)

export type EquipmentRow = EquipmentRowFragment
