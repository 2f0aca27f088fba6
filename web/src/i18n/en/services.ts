import type { ForecastReason } from '../../graphql/graphql'

const plural = (n: number, one: string, other: string) => (n === 1 ? one : other)

/** Texts about services that come again. */
export const services = {
  title: 'Planned services',
  none: 'No service schedule applies to this machine.',
  retired: 'No service is due on a retired machine.',
  truncated: (n: string) => `Only the ${n} that come first are shown here.`,
  status: { UPCOMING: 'upcoming', DUE: 'due', OVERDUE: 'overdue' },
  paused: 'paused',
  everyDays: (n: number, text: string) => plural(n, 'every day', `every ${text} days`),
  everyHours: (hours: string) => `every ${hours}\u00a0h`,
  or: (a: string, b: string) => `${a} or ${b}`,
  forCategory: (category: string) => `for all of category ${category}`,
  forModel: (model: string) => `for all ${model}`,
  due: (day: string | null, hours: string | null) => `Due ${[day, hours && `at ${hours}\u00a0h`].filter(Boolean).join(' or ')}`,
  dueUnknown: 'It is unknown when it is due',
  meter: (hours: string) => `meter ${hours}\u00a0h`,
  forecast: (day: string, range: string | null) => `Forecast: ${day}${range === null ? '' : ` (${range})`}`,
  noForecast: (why: string) => `No forecast: ${why}`,
  range: (from: string, to: string | null) => (to === null ? `${from} or later` : `${from} to ${to}`),
  reason: {
    NOT_BY_HOURS: 'it does not count hours',
    NO_READINGS: 'the meter was not read yet',
    TOO_FEW_READINGS: 'all readings are within one day',
    NOT_USED: 'the machine has not run',
    TOO_FAR: 'more than ten years ahead',
  } satisfies Record<ForecastReason, string> as Record<ForecastReason, string>,
  isPlanned: 'Planned as work',
  notPlanned: 'Not planned as work yet',
  add: 'Add',
  addTitle: 'Add a service schedule',
  pause: 'Pause',
  pausedNow: 'Service schedule paused',
  resume: 'Resume',
  resumedNow: 'Service schedule resumed',
  delete: 'Delete schedule',
}
