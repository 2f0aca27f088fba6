import { addDays, dayMillis, daysBetween } from '../../lib/days'

/** Lengths of the window that are chosen by one press. */
export const lengths = [30, 90, 365] as const
const standard = 365
/** The longest window of the server. */
const longest = 7320

export const groupings = ['CATEGORY', 'EQUIPMENT'] as const
export type Grouping = (typeof groupings)[number]
export const sorts = ['cost', 'records', 'labour', 'downtime'] as const
export type Sort = (typeof sorts)[number]

/** What the page shows. It stands in the address, so that it can be shared and gone back to. */
export interface Scope {
  from: string
  to: string
  /** The days up to today; null for a window of two chosen days. */
  length: number | null
  category: string | null
  by: Grouping
  sort: Sort
}

const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(dayMillis(text)) && addDays(text, 0) === text

/** Reads what the page shows from an address. What it does not know is left out. */
export function readScope(params: URLSearchParams, today: string): Scope {
  const [from, to] = [params.get('from'), params.get('to')]
  const rest = {
    category: params.get('category'),
    by: groupings.find((g) => g === params.get('by')) ?? 'CATEGORY',
    sort: sorts.find((s) => s === params.get('sort')) ?? 'cost',
  }
  if (isDay(from) && isDay(to) && from <= to && daysBetween(from, to) < longest) return { from, to, length: null, ...rest }
  const length = lengths.find((n) => String(n) === params.get('days')) ?? standard
  return { from: addDays(today, 1 - length), to: today, length, ...rest }
}

/** Writes changes of the scope into an address, without what is the default. */
export function writeScope(
  before: URLSearchParams,
  change: Partial<Record<'days' | 'from' | 'to' | 'category' | 'by' | 'sort' | 'figure', string | null>>,
) {
  const params = new URLSearchParams(before)
  if ('days' in change) for (const key of ['from', 'to']) params.delete(key)
  if ('from' in change || 'to' in change) params.delete('days')
  const defaults: Record<string, string> = { days: String(standard), by: 'CATEGORY', sort: 'cost' }
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === defaults[key]) params.delete(key)
    else params.set(key, value)
  }
  return params
}

/** Returns the window of as many days before. */
export function windowBefore({ from, to }: Pick<Scope, 'from' | 'to'>): { from: string; to: string } {
  const days = daysBetween(from, to) + 1
  return { from: addDays(from, -days), to: addDays(from, -1) }
}
