import { addDays, addMonths, dayMillis } from '../../lib/days'

/** Returns the weeks of a month, each of seven days, beginning on Monday. */
export function weeksOf(month: string): string[][] {
  const first = addMonths(month, 0)
  const weekday = (new Date(dayMillis(first)).getUTCDay() + 6) % 7
  const next = addMonths(month, 1)
  const weeks: string[][] = []
  for (let day = addDays(first, -weekday); day < next; day = addDays(day, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, i) => addDays(day, i)))
  }
  return weeks
}
