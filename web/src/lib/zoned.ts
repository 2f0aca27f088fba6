// Moments that people enter are in the time zone of the company, whatever that of the browser is.

const parts = new Map<string, Intl.DateTimeFormat>()

function format(timeZone: string): Intl.DateTimeFormat {
  let f = parts.get(timeZone)
  if (!f) {
    const two = '2-digit' as const
    f = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      hourCycle: 'h23',
    })
    parts.set(timeZone, f)
  }
  return f
}

/** Returns a moment as the fields of date and time have it, YYYY-MM-DDTHH:mm, in a time zone. */
export function toZoned(at: string | Date, timeZone: string): string {
  const found = Object.fromEntries(
    format(timeZone)
      .formatToParts(new Date(at))
      .map((p) => [p.type, p.value]),
  )
  return `${found['year'] ?? ''}-${found['month'] ?? ''}-${found['day'] ?? ''}T${found['hour'] ?? ''}:${found['minute'] ?? ''}`
}

/**
 * Returns the moment of a date and time in a time zone. Null for what is no date and
 * time. One that a change to summer time skips is as many minutes later; of one that
 * occurs twice it is the first.
 */
export function fromZoned(text: string, timeZone: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return null
  const wanted = Date.parse(`${text}Z`)
  if (Number.isNaN(wanted)) return null
  const offset = (at: number) => Date.parse(`${toZoned(new Date(at), timeZone)}Z`) - at
  // The offsets of the days around it: one of them is right, unless the time does not occur.
  const day = 86_400_000
  const tries = [wanted - offset(wanted - day), wanted - offset(wanted + day)].sort((a, b) => a - b)
  const at = tries.find((t) => t + offset(t) === wanted) ?? tries[1]
  return at === undefined ? null : new Date(at).toISOString()
}
