import type { Figure, FigureName } from './kpi-query'

/** Whether more of a figure is better, or less; null for what is neither. */
const better: Record<FigureName, 'more' | 'less' | null> = {
  calendarAvailability: 'more',
  inherentAvailability: 'more',
  failures: 'less',
  stoppingFailures: 'less',
  meanUpTimeBetweenFailures: 'more',
  meanOperatingTimeBetweenFailures: 'more',
  meanTimeToRestoration: 'less',
  medianTimeToRestoration: 'less',
  p90TimeToRestoration: 'less',
  meanDownTime: 'less',
  medianDownTime: 'less',
  p90DownTime: 'less',
  maintenanceCostPerHour: 'less',
  labourCostPerHour: 'less',
  partsCostPerHour: 'less',
  costToReplacementValue: 'less',
  plannedShare: 'more',
  backlog: null,
  overdue: null,
}

/** Fewer cases than these are no trend: the change is shown without a judgement. */
const fewest = 5

export type Verdict = 'better' | 'worse' | 'same' | 'few'

/** Judges the change of a figure to the window before. Null when there is none. */
export function judge(name: FigureName, { delta, sampleSize }: Pick<Figure, 'delta' | 'sampleSize'>): Verdict | null {
  if (delta === null) return null
  const change = Number(delta)
  if (change === 0) return 'same'
  const wish = better[name]
  if (wish === null) return null
  const counts = name === 'failures' || name === 'stoppingFailures'
  if (!counts && sampleSize < fewest) return 'few'
  return change > 0 === (wish === 'more') ? 'better' : 'worse'
}
