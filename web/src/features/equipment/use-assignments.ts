import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { CorrectAssignmentInput, DeleteAssignmentInput, OperatorFilter } from '../../graphql/graphql'
import { detailKey } from './detail'
import { pagesKey } from './pages'
import { Refusal } from './user-errors'

const correctDocument = graphql(`
  mutation CorrectAssignment($input: CorrectAssignmentInput!, $key: String!) {
    correctAssignment(input: $input, idempotencyKey: $key) {
      assignment {
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
  mutation DeleteAssignment($input: DeleteAssignmentInput!, $key: String!) {
    deleteAssignment(input: $input, idempotencyKey: $key) {
      deletedId
      errors {
        message
        reason
        field
      }
    }
  }
`)

const operatorsDocument = graphql(`
  query FindOperators($filter: OperatorFilter!) {
    operators(first: 20, filter: $filter) {
      nodes {
        id
        firstName
        lastName
      }
    }
  }
`)

function findOperators(search: string, among: OperatorFilter) {
  const filter: OperatorFilter = search === '' ? among : { ...among, search }
  return queryOptions({
    queryKey: ['operators', filter] as const,
    queryFn: async ({ signal }) => (await request(operatorsDocument, { filter }, signal)).operators?.nodes ?? [],
  })
}

/** Operators by a part of their name. */
export const operatorsQuery = (search: string) => findOperators(search, {})

/** The same without those that have left. One that is inactive may be back when a plan begins. */
export const plannableOperatorsQuery = (search: string) => findOperators(search, { status: ['ACTIVE', 'INACTIVE'] })

/** A change of an assignment, and its idempotency key. */
export type AssignmentChange = { key: string } & (
  { how: 'correct'; input: CorrectAssignmentInput } | { how: 'delete'; input: DeleteAssignmentInput }
)

/** Sets the periods right in which operators had a machine. */
export function useMendAssignment(machine: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: AssignmentChange) => {
      if (change.how === 'correct') {
        const { correctAssignment: payload } = await request(correctDocument, { input: change.input, key })
        if (!payload?.assignment) throw new Refusal(payload?.errors ?? [])
      } else {
        const { deleteAssignment: payload } = await request(deleteDocument, { input: change.input, key })
        if (!payload?.deletedId) throw new Refusal(payload?.errors ?? [])
      }
    },
    onSettled: () => {
      invalidateSoon(client, detailKey(machine))
      invalidateSoon(client, pagesKey)
    },
  })
}
