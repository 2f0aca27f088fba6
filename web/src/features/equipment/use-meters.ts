import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { AddMeterInput, ChangeMeterInput, DeleteMeterInput, MachineMetersQuery } from '../../graphql/graphql'
import { detailKey } from './detail'
import { Refusal, type UserErrorLike } from './user-errors'

const metersDocument = graphql(`
  query MachineMeters($id: ID!) {
    equipment(id: $id) {
      meters {
        id
        name
        unit
        lifetime
        readings(first: 20) {
          nodes {
            id
            readAt
            hours
            replacement
          }
          totalCount
        }
      }
    }
  }
`)

const addDocument = graphql(`
  mutation AddMeter($input: AddMeterInput!, $key: String!) {
    addMeter(input: $input, idempotencyKey: $key) {
      meter {
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

const changeDocument = graphql(`
  mutation ChangeMeter($input: ChangeMeterInput!, $key: String!) {
    changeMeter(input: $input, idempotencyKey: $key) {
      meter {
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

const deleteDocument = graphql(`
  mutation DeleteMeter($input: DeleteMeterInput!, $key: String!) {
    deleteMeter(input: $input, idempotencyKey: $key) {
      deletedId
      errors {
        message
        reason
        field
      }
    }
  }
`)

/** A meter of a machine beside its hour meter, with its last readings. */
export type FurtherMeter = NonNullable<MachineMetersQuery['equipment']>['meters'][number]

/** The meters of a machine beside its hour meter. */
export function metersQuery(id: string) {
  return queryOptions({
    queryKey: [...detailKey(id), 'meters'] as const,
    queryFn: async ({ signal }) => (await request(metersDocument, { id }, signal)).equipment?.meters ?? [],
  })
}

/** A change of the meters of a machine, and its idempotency key. */
export type MeterChange = { key: string } & (
  { how: 'add'; input: AddMeterInput } | { how: 'change'; input: ChangeMeterInput } | { how: 'delete'; input: DeleteMeterInput }
)

/** Adds, changes and deletes meters of a machine. */
export function useChangeMeter(machine: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: MeterChange) => {
      let payload: { meter?: object | null; deletedId?: string | null; errors: readonly UserErrorLike[] } | null | undefined
      if (change.how === 'add') payload = (await request(addDocument, { input: change.input, key })).addMeter
      else if (change.how === 'change') payload = (await request(changeDocument, { input: change.input, key })).changeMeter
      else payload = (await request(deleteDocument, { input: change.input, key })).deleteMeter
      if (!payload?.meter && !payload?.deletedId) throw new Refusal(payload?.errors ?? [])
    },
    onSettled: () => {
      invalidateSoon(client, detailKey(machine))
    },
  })
}
