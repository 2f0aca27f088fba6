// Calendar days are strings, YYYY-MM-DD, as the server has them.

const dayMs = 86_400_000

/** Returns the day that it is at a time, in a time zone. */
export function dayOf(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
}

/** Returns a day as milliseconds of midnight UTC. */
export function dayMillis(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

/** Returns the day n days later. */
export function addDays(day: string, n: number): string {
  return new Date(dayMillis(day) + n * dayMs).toISOString().slice(0, 10)
}

/** Returns the number of days from one day to another; negative when to is before from. */
export function daysBetween(from: string, to: string): number {
  return Math.round((dayMillis(to) - dayMillis(from)) / dayMs)
}

/** Returns the first day of the month n months later. */
export function addMonths(day: string, n: number): string {
  const [y = 0, m = 1] = day.split('-').map(Number)
  const d = new Date(Date.UTC(y, m - 1 + n, 1))
  return d.toISOString().slice(0, 10)
}
