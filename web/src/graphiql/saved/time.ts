const format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** Returns a moment as text, in the zone of the browser. */
export const timeText = (at: string) => format.format(new Date(at))
