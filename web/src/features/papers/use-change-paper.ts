import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { CreatePaperInput, DeletePaperInput, RestorePaperInput, UpdatePaperInput } from '../../graphql/graphql'
import { Refusal, type UserErrorLike } from '../equipment/user-errors'
import { expiringKey, papersKey } from './papers'

const createDocument = graphql(`
  mutation CreatePaper($input: CreatePaperInput!, $key: String!) {
    createPaper(input: $input, idempotencyKey: $key) {
      paper {
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

const updateDocument = graphql(`
  mutation UpdatePaper($input: UpdatePaperInput!, $key: String!) {
    updatePaper(input: $input, idempotencyKey: $key) {
      paper {
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
  mutation DeletePaper($input: DeletePaperInput!, $key: String!) {
    deletePaper(input: $input, idempotencyKey: $key) {
      paper {
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
  mutation RestorePaper($input: RestorePaperInput!, $key: String!) {
    restorePaper(input: $input, idempotencyKey: $key) {
      paper {
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

/** A change of a paper, and its idempotency key. */
export type PaperChange = { key: string } & (
  | { how: 'add'; input: CreatePaperInput }
  | { how: 'edit'; input: UpdatePaperInput }
  | { how: 'delete'; input: DeletePaperInput }
  | { how: 'restore'; input: RestorePaperInput }
)

/** Adds, renews, deletes and restores papers of a machine. */
export function useChangePaper(machine: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: PaperChange) => {
      let payload: { paper?: { id: string } | null; errors: readonly UserErrorLike[] } | null | undefined
      if (change.how === 'add') payload = (await request(createDocument, { input: change.input, key })).createPaper
      else if (change.how === 'edit') payload = (await request(updateDocument, { input: change.input, key })).updatePaper
      else if (change.how === 'delete') payload = (await request(deleteDocument, { input: change.input, key })).deletePaper
      else payload = (await request(restoreDocument, { input: change.input, key })).restorePaper
      if (!payload?.paper) throw new Refusal(payload?.errors ?? [])
    },
    onSettled: () => {
      invalidateSoon(client, papersKey(machine))
      invalidateSoon(client, expiringKey)
    },
  })
}
