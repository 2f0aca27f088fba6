import type { I18n } from '../../i18n/context'
import type { Schedule, Service } from './services'

type Texts = Pick<I18n, 't' | 'fmt'>

/** Returns how often a schedule's service comes, such as "every 90 days or every 500 h". */
export function intervalText({ t, fmt }: Texts, { intervalDays, intervalHours }: Pick<Schedule, 'intervalDays' | 'intervalHours'>): string {
  const days = intervalDays === null ? null : t.services.everyDays(intervalDays, fmt.count(intervalDays))
  const hours = intervalHours === null ? null : t.services.everyHours(fmt.decimal(intervalHours))
  return days !== null && hours !== null ? t.services.or(days, hours) : (days ?? hours ?? '')
}

/** Returns to which machines a schedule applies; null for a schedule of one machine. */
export function targetText(
  { t }: Pick<Texts, 't'>,
  { category, manufacturer, model }: Pick<Schedule, 'category' | 'manufacturer' | 'model'>,
) {
  if (category !== null) return t.services.forCategory(category)
  return model === null ? null : t.services.forModel(`${manufacturer ?? ''} ${model}`.trim())
}

/** Returns when a service is due, by day, by hours, or by both. */
export function dueText({ t, fmt }: Texts, { dueOn, dueHours }: Pick<Service, 'dueOn' | 'dueHours'>): string {
  if (dueOn === null && dueHours === null) return t.services.dueUnknown
  return t.services.due(dueOn === null ? null : fmt.day(dueOn), dueHours === null ? null : fmt.decimal(dueHours))
}

/** Returns on which day the hours of a service are reached and between which, or why that is unknown. Null for a service by days alone. */
export function forecastText({ t, fmt }: Texts, { on, earliest, latest, nullReason }: Service['forecast']): string | null {
  if (nullReason === 'NOT_BY_HOURS') return null
  if (on === null) return nullReason === null ? null : t.services.noForecast(t.services.reason[nullReason])
  const range =
    earliest === null || (earliest === on && latest === on) ? null : t.services.range(fmt.day(earliest), latest && fmt.day(latest))
  return t.services.forecast(fmt.day(on), range)
}
