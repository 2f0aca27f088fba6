import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type {
  CreateServiceScheduleInput,
  DeleteServiceScheduleInput,
  PauseServiceScheduleInput,
  RestoreServiceScheduleInput,
  ResumeServiceScheduleInput,
} from '../../graphql/graphql'
import { detailsKey } from '../equipment/detail'
import { Refusal, type UserErrorLike } from '../equipment/user-errors'

const createDocument = graphql(`
  mutation CreateServiceSchedule($input: CreateServiceScheduleInput!, $key: String!) {
    createServiceSchedule(input: $input, idempotencyKey: $key) {
      serviceSchedule {
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

const pauseDocument = graphql(`
  mutation PauseServiceSchedule($input: PauseServiceScheduleInput!, $key: String!) {
    pauseServiceSchedule(input: $input, idempotencyKey: $key) {
      serviceSchedule {
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

const resumeDocument = graphql(`
  mutation ResumeServiceSchedule($input: ResumeServiceScheduleInput!, $key: String!) {
    resumeServiceSchedule(input: $input, idempotencyKey: $key) {
      serviceSchedule {
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
  mutation DeleteServiceSchedule($input: DeleteServiceScheduleInput!, $key: String!) {
    deleteServiceSchedule(input: $input, idempotencyKey: $key) {
      serviceSchedule {
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

const restoreDocument = graphql(`
  mutation RestoreServiceSchedule($input: RestoreServiceScheduleInput!, $key: String!) {
    restoreServiceSchedule(input: $input, idempotencyKey: $key) {
      serviceSchedule {
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

/** A change of a service schedule, and its idempotency key. */
export type ScheduleChange = { key: string } & (
  | { how: 'add'; input: CreateServiceScheduleInput }
  | { how: 'pause'; input: PauseServiceScheduleInput }
  | { how: 'resume'; input: ResumeServiceScheduleInput }
  | { how: 'delete'; input: DeleteServiceScheduleInput }
  | { how: 'restore'; input: RestoreServiceScheduleInput }
)

/** Adds, pauses, resumes, deletes and restores service schedules. */
export function useChangeSchedule() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: ScheduleChange) => {
      let payload: { serviceSchedule?: { id: string } | null; errors: readonly UserErrorLike[] } | null | undefined
      if (change.how === 'add') payload = (await request(createDocument, { input: change.input, key })).createServiceSchedule
      else if (change.how === 'pause') payload = (await request(pauseDocument, { input: change.input, key })).pauseServiceSchedule
      else if (change.how === 'resume') payload = (await request(resumeDocument, { input: change.input, key })).resumeServiceSchedule
      else if (change.how === 'delete') payload = (await request(deleteDocument, { input: change.input, key })).deleteServiceSchedule
      else payload = (await request(restoreDocument, { input: change.input, key })).restoreServiceSchedule
      if (!payload?.serviceSchedule) throw new Refusal(payload?.errors ?? [])
    },
    onSettled: () => {
      invalidateSoon(client, detailsKey) // a schedule may apply to many machines
    },
  })
}
