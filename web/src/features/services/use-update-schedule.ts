import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { UpdateServiceScheduleInput } from '../../graphql/graphql'
import { detailsKey } from '../equipment/detail'
import { Refusal } from '../equipment/user-errors'
import type { ScheduleDetail } from './schedule'

const updateDocument = graphql(`
  mutation UpdateServiceSchedule($input: UpdateServiceScheduleInput!, $key: String!) {
    updateServiceSchedule(input: $input, idempotencyKey: $key) {
      serviceSchedule {
        id
      }
      errors {
        message
        reason
        field
        ... on VersionConflict {
          current {
            ... on ServiceSchedule {
              id
              version
              createdAt
              title
              kind
              category
              manufacturer
              model
              intervalDays
              intervalHours
              recurrence
              lastDoneOn
              lastDoneHours
              firstDueOn
              firstDueHours
              leadDays
              leadHours
              estimatedCost
              estimatedHours
              pauses {
                from
                to
              }
            }
          }
        }
      }
    }
  }
`)

/** Reports whether the row of a conflict is a schedule, as the server says it is. */
function isSchedule(row: ScheduleDetail | Record<PropertyKey, never> | null): row is ScheduleDetail {
  return row !== null && 'recurrence' in row
}

/** The schedule was changed since it was read. */
export class ScheduleConflict extends Error {
  readonly current: ScheduleDetail

  constructor(current: ScheduleDetail) {
    super('the service schedule was changed by another user')
    this.name = 'ScheduleConflict'
    this.current = current
  }
}

/** Changes a service schedule. One that was changed meanwhile is a ScheduleConflict. */
export function useUpdateSchedule() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ input, key }: { input: UpdateServiceScheduleInput; key: string }) => {
      const { updateServiceSchedule: payload } = await request(updateDocument, { input, key })
      if (payload?.serviceSchedule) return
      for (const error of payload?.errors ?? []) {
        if ('current' in error && isSchedule(error.current)) throw new ScheduleConflict(error.current)
      }
      throw new Refusal(payload?.errors ?? [])
    },
    onSettled: () => {
      invalidateSoon(client, detailsKey) // a schedule may apply to many machines
    },
  })
}
