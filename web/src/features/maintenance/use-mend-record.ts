import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type {
  CorrectMaintenanceInput,
  DeleteMaintenanceInput,
  MoveMaintenanceInput,
  ReopenMaintenanceInput,
  RestoreMaintenanceInput,
} from '../../graphql/graphql'
import { detailKey } from '../equipment/detail'
import { settle } from './use-work-mutations'
import { workKey } from './work-counts'

const correctDocument = graphql(`
  mutation CorrectMaintenance($input: CorrectMaintenanceInput!, $key: String!) {
    correctMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
      }
      equipment {
        ...EquipmentRow
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

const reopenDocument = graphql(`
  mutation ReopenMaintenance($input: ReopenMaintenanceInput!, $key: String!) {
    reopenMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
      }
      equipment {
        ...EquipmentRow
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

const deleteDocument = graphql(`
  mutation DeleteMaintenance($input: DeleteMaintenanceInput!, $key: String!) {
    deleteMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
      }
      equipment {
        ...EquipmentRow
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

const restoreDocument = graphql(`
  mutation RestoreMaintenance($input: RestoreMaintenanceInput!, $key: String!) {
    restoreMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
      }
      equipment {
        ...EquipmentRow
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

const moveDocument = graphql(`
  mutation MoveMaintenance($input: MoveMaintenanceInput!, $key: String!) {
    moveMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
      }
      equipment {
        ...EquipmentRow
      }
      previousEquipment {
        id
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

/** A change of a record that sets it right, and its idempotency key. */
export type Mending = { key: string } & (
  | { how: 'correct'; input: CorrectMaintenanceInput }
  | { how: 'reopen'; input: ReopenMaintenanceInput }
  | { how: 'delete'; input: DeleteMaintenanceInput }
  | { how: 'restore'; input: RestoreMaintenanceInput }
  | { how: 'move'; input: MoveMaintenanceInput }
)

/** Sets a record of work right. A refusal asks for the record again: it may have changed. */
export function useMendRecord() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: Mending) => {
      switch (change.how) {
        case 'correct':
          return settle(client, (await request(correctDocument, { input: change.input, key })).correctMaintenance)
        case 'reopen':
          return settle(client, (await request(reopenDocument, { input: change.input, key })).reopenMaintenance)
        case 'delete':
          return settle(client, (await request(deleteDocument, { input: change.input, key })).deleteMaintenance)
        case 'restore':
          return settle(client, (await request(restoreDocument, { input: change.input, key })).restoreMaintenance)
        case 'move': {
          const { moveMaintenance: payload } = await request(moveDocument, { input: change.input, key })
          const id = settle(client, payload)
          if (payload?.previousEquipment) invalidateSoon(client, detailKey(payload.previousEquipment.id))
          return id
        }
      }
    },
    onError: () => {
      invalidateSoon(client, workKey)
    },
  })
}
