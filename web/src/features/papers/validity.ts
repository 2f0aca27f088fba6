import { daysBetween } from '../../lib/days'

export type Validity = 'expired' | 'soon' | 'valid'

/** A paper counts as about to expire from this many days before its last day. */
export const warnDays = 30

/** Returns whether a paper is valid today. Its last day is a day on which it is valid. */
export function validityOf(validUntil: string, today: string): { validity: Validity; days: number } {
  const days = daysBetween(today, validUntil)
  return { validity: days < 0 ? 'expired' : days <= warnDays ? 'soon' : 'valid', days: Math.abs(days) }
}
