import type { AssignmentPlan } from '../../features/assignments/plans'
import { usePlanTexts } from '../../i18n/assignment-plans'
import { useI18n } from '../../i18n/context'

/** Returns what says of a plan which operator is to have the machine, and when, in the zone of the company. */
export function usePlanText() {
  const { t, fmt } = useI18n()
  const p = usePlanTexts()
  return ({ operator, startsAt, endsAt, status }: AssignmentPlan) => {
    const from = fmt.dateTime(startsAt)
    const to = endsAt === null ? null : fmt.dateTime(endsAt)
    return {
      name: operator ? `${operator.firstName} ${operator.lastName}` : t.equipment.noOperator,
      period: to === null ? p.forGood(from) : status === 'STARTED' ? p.running(to) : p.period(from, to),
    }
  }
}
