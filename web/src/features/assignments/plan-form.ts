import type { PlanAssignmentInput } from '../../graphql/graphql'
import { fromZoned } from '../../lib/zoned'

export const planFields = ['operatorId', 'startsAt', 'endsAt', 'reason'] as const
export type PlanField = (typeof planFields)[number]

/** The form of a plan, as it is filled in: the times are those of the zone of the company. */
export interface PlanForm {
  operatorId: string | null
  /** Whether the machine is to be without an operator. */
  isWithout: boolean
  startsAt: string
  /** Empty for a plan that holds until the next one. */
  endsAt: string
  reason: string
}

export const newPlan: PlanForm = { operatorId: null, isWithout: false, startsAt: '', endsAt: '', reason: '' }

export type PlanProblem = 'required' | 'past' | 'far' | 'order'

/** Returns the last moment for which the server takes plans: a year ahead. */
function yearAhead(now: Date): number {
  const last = new Date(now)
  last.setUTCFullYear(last.getUTCFullYear() + 1)
  return last.getTime()
}

/** Returns the input of a form without the machine, and what is wrong with it, by field. */
export function readPlan(form: PlanForm, timeZone: string, now = new Date()) {
  const problems: Partial<Record<PlanField, PlanProblem>> = {}
  const startsAt = fromZoned(form.startsAt, timeZone)
  const endsAt = form.endsAt === '' ? null : fromZoned(form.endsAt, timeZone)
  const last = yearAhead(now)
  if (!form.isWithout && form.operatorId === null) problems.operatorId = 'required'
  if (startsAt === null) problems.startsAt = 'required'
  else if (Date.parse(startsAt) <= now.getTime()) problems.startsAt = 'past'
  else if (Date.parse(startsAt) > last) problems.startsAt = 'far'
  if (endsAt === null) {
    if (form.endsAt !== '') problems.endsAt = 'required'
  } else if (startsAt !== null && endsAt <= startsAt) problems.endsAt = 'order'
  else if (Date.parse(endsAt) > last) problems.endsAt = 'far'
  const input: Omit<PlanAssignmentInput, 'equipmentId'> = {
    ...(form.isWithout || form.operatorId === null ? {} : { operatorId: form.operatorId }),
    startsAt: startsAt ?? '',
    ...(endsAt === null ? {} : { endsAt }),
    ...(form.reason.trim() === '' ? {} : { reason: form.reason.trim() }),
  }
  return { input, problems }
}
