import { daysBetween } from '../../lib/days'

export type Urgency = 'overdue' | 'soon' | 'later'

/** Work counts as due soon from this many days before its day. */
export const soonDays = 7

/** Returns how urgent work planned for a day is. */
export function urgencyOf(day: string, today: string): { urgency: Urgency; days: number } {
  const days = daysBetween(today, day)
  return { urgency: days < 0 ? 'overdue' : days <= soonDays ? 'soon' : 'later', days: Math.abs(days) }
}
