import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { AddMeterReadingInput, CorrectMeterReadingInput, VoidMeterReadingInput } from '../../graphql/graphql'
import { detailKey } from './detail'
import { pagesKey } from './pages'
import { Refusal, type UserErrorLike } from './user-errors'

const addDocument = graphql(`
  mutation AddMeterReading($input: AddMeterReadingInput!, $key: String!) {
    addMeterReading(input: $input, idempotencyKey: $key) {
      meterReading {
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

const correctDocument = graphql(`
  mutation CorrectMeterReading($input: CorrectMeterReadingInput!, $key: String!) {
    correctMeterReading(input: $input, idempotencyKey: $key) {
      meterReading {
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

const voidDocument = graphql(`
  mutation VoidMeterReading($input: VoidMeterReadingInput!, $key: String!) {
    voidMeterReading(input: $input, idempotencyKey: $key) {
      meterReading {
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

const voidReadingsDocument = graphql(`
  query VoidReadings($id: ID!) {
    equipment(id: $id) {
      meterReadings(first: 50, filter: { voided: ONLY }) {
        nodes {
          id
          readAt
          hours
          replacement
          voidedAt
          meter {
            name
            unit
          }
        }
      }
      meters {
        readings(first: 20, filter: { voided: ONLY }) {
          nodes {
            id
            readAt
            hours
            replacement
            voidedAt
            meter {
              name
              unit
            }
          }
        }
      }
    }
  }
`)

/** The readings of a machine's meters that count nowhere. */
export function voidReadingsQuery(id: string) {
  return queryOptions({
    queryKey: [...detailKey(id), 'void-readings'] as const,
    queryFn: async ({ signal }) => {
      const { equipment } = await request(voidReadingsDocument, { id }, signal)
      if (!equipment) return []
      return [...equipment.meterReadings.nodes, ...equipment.meters.flatMap((m) => m.readings.nodes)]
    },
  })
}

/** A change of the readings of a machine, and its idempotency key. */
export type ReadingChange = { key: string } & (
  | { how: 'add'; input: AddMeterReadingInput }
  | { how: 'correct'; input: CorrectMeterReadingInput }
  | { how: 'void'; input: VoidMeterReadingInput }
)

/** Adds, corrects and voids readings of a machine's meters. */
export function useChangeReading(machine: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: ReadingChange) => {
      let payload: { meterReading?: { id: string } | null; errors: readonly UserErrorLike[] } | null | undefined
      if (change.how === 'add') payload = (await request(addDocument, { input: change.input, key })).addMeterReading
      else if (change.how === 'correct') payload = (await request(correctDocument, { input: change.input, key })).correctMeterReading
      else payload = (await request(voidDocument, { input: change.input, key })).voidMeterReading
      if (!payload?.meterReading) throw new Refusal(payload?.errors ?? [])
    },
    onSettled: () => {
      invalidateSoon(client, detailKey(machine))
      invalidateSoon(client, pagesKey)
    },
  })
}
