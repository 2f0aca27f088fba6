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
    site {
      id
      name
    }
    latestMaintenance {
      id
      maintenanceDate
    }
    nextMaintenance {
      id
      maintenanceDate
    }
    meterReadings(first: 1) {
      nodes {
        hours
      }
    }
  }
`)

export type EquipmentRow = EquipmentRowFragment
