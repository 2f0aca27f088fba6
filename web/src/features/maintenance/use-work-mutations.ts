import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql, readFragment, type FragmentType } from '../../graphql'
import type { RecordMaintenanceInput } from '../../graphql/graphql'
import { takeRow } from '../equipment/cache'
import { detailKey } from '../equipment/detail'
import { rowFragment } from '../equipment/row'
import { Refusal, type UserErrorLike } from '../equipment/user-errors'
import { workKey } from './work-counts'

const recordDocument = graphql(`
  mutation RecordMaintenance($input: RecordMaintenanceInput!, $key: String!) {
    recordMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
        status
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

const startDocument = graphql(`
  mutation StartMaintenance($input: StartMaintenanceInput!, $key: String!) {
    startMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
        status
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

const completeDocument = graphql(`
  mutation CompleteMaintenance($input: CompleteMaintenanceInput!, $key: String!) {
    completeMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
        status
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

const cancelDocument = graphql(`
  mutation CancelMaintenance($input: CancelMaintenanceInput!, $key: String!) {
    cancelMaintenance(input: $input, idempotencyKey: $key) {
      maintenanceRecord {
        id
        status
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

interface Payload {
  maintenanceRecord?: { id: string } | null
  equipment?: FragmentType<typeof rowFragment> | null
  errors: readonly UserErrorLike[]
}

/** Takes the result of a change of work into the cache. */
export function settle(client: QueryClient, payload: Payload | null | undefined): string {
  if (!payload?.maintenanceRecord) throw new Refusal(payload?.errors ?? [])
  const row = readFragment(rowFragment, payload.equipment)
  invalidateSoon(client, workKey)
  if (row) {
    takeRow(client, row)
    invalidateSoon(client, detailKey(row.id))
  }
  return payload.maintenanceRecord.id
}

/** Records work, done, begun or planned. */
export function useRecordMaintenance() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (variables: { input: RecordMaintenanceInput; key: string }) =>
      settle(client, (await request(recordDocument, variables)).recordMaintenance),
  })
}

export type Step = 'start' | 'complete' | 'cancel'

/** Takes work one step on. */
export function useWorkStep() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, step, stopsMachine = false, key }: { id: string; step: Step; stopsMachine?: boolean; key: string }) => {
      const input = { maintenanceRecordId: id }
      switch (step) {
        case 'start':
          return settle(client, (await request(startDocument, { input: { ...input, stopsMachine }, key })).startMaintenance)
        case 'complete':
          return settle(client, (await request(completeDocument, { input, key })).completeMaintenance)
        case 'cancel':
          return settle(client, (await request(cancelDocument, { input, key })).cancelMaintenance)
      }
    },
  })
}
