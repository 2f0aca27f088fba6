import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { AssignmentPlanFieldsFragment, CancelAssignmentPlanInput, PlanAssignmentInput } from '../../graphql/graphql'
import { detailKey } from '../equipment/detail'
import { Refusal, type UserErrorLike } from '../equipment/user-errors'

export const planFragment = graphql(`
  fragment AssignmentPlanFields on AssignmentPlan {
    id
    startsAt
    endsAt
    status
    reason
    operator {
      id
      firstName
      lastName
    }
  }
`)

const plansDocument = graphql(`
  query MachineAssignmentPlans($id: ID!) {
    equipment(id: $id) {
      assignmentPlans(first: 100) {
        totalCount
        nodes {
          ...AssignmentPlanFields
        }
      }
    }
  }
`)

const planDocument = graphql(`
  mutation PlanAssignment($input: PlanAssignmentInput!, $key: String!) {
    planAssignment(input: $input, idempotencyKey: $key) {
      assignmentPlan {
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

const cancelDocument = graphql(`
  mutation CancelAssignmentPlan($input: CancelAssignmentPlanInput!, $key: String!) {
    cancelAssignmentPlan(input: $input, idempotencyKey: $key) {
      assignmentPlan {
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

export type AssignmentPlan = AssignmentPlanFieldsFragment

/** Begins with the key of the machine: its events tell of a plan that was carried out. */
export const plansKey = (machine: string) => [...detailKey(machine), 'assignment-plans'] as const

/** The plans of assignments to a machine that are to come or have started, soonest first. */
export function plansQuery(machine: string) {
  return queryOptions({
    queryKey: plansKey(machine),
    queryFn: async ({ signal }) => {
      const list = (await request(plansDocument, { id: machine }, signal)).equipment?.assignmentPlans
      return { total: list?.totalCount ?? 0, rows: readFragment(planFragment, list?.nodes ?? []) }
    },
    staleTime: 0, // no live event tells of a plan that was made or cancelled
  })
}

/** A change of the plans of a machine, and its idempotency key. */
export type PlanChange = { key: string } & (
  { how: 'plan'; input: PlanAssignmentInput } | { how: 'cancel'; input: CancelAssignmentPlanInput }
)

/** Plans assignments to a machine, and cancels such plans. */
export function useChangePlan(machine: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: PlanChange) => {
      let payload: { assignmentPlan?: { id: string } | null; errors: readonly UserErrorLike[] } | null | undefined
      if (change.how === 'plan') payload = (await request(planDocument, { input: change.input, key })).planAssignment
      else payload = (await request(cancelDocument, { input: change.input, key })).cancelAssignmentPlan
      if (!payload?.assignmentPlan) throw new Refusal(payload?.errors ?? [])
    },
    onSettled: () => {
      invalidateSoon(client, detailKey(machine)) // with its plans and its history
    },
  })
}
