import type { HistoryLineFragment } from '../../graphql/graphql'
import type { useSiteTexts } from '../../i18n/site-pages'

type Entry = Pick<HistoryLineFragment, 'action' | 'changes'>

/** Returns the id of the machine that an entry of a site's history is about; null for a change of the site itself. */
export function machineOf({ changes }: Entry): string | null {
  const change = changes.find((c) => c.field === 'equipment')
  return change?.to ?? change?.from ?? null
}

/** Returns what a machine did at the site, when a move is recorded: it arrived, left, or both. Null for other changes. */
export function moveText(entry: Entry, s: ReturnType<typeof useSiteTexts>, when: (at: string) => string): string | null {
  if (entry.action !== 'SITE_MOVED') return null
  const to = (field: string) => entry.changes.find((c) => c.field === field)?.to ?? null
  const [arrivedAt, leftAt] = [to('arrivedAt'), to('leftAt')]
  if (arrivedAt !== null && leftAt !== null) return s.stayed(when(arrivedAt), when(leftAt))
  if (arrivedAt !== null) return s.arrived(when(arrivedAt))
  return leftAt === null ? null : s.left(when(leftAt))
}

/** Returns the changes of an entry without the site, where it is the one of the page: every entry would name it. */
export function withoutSite<T extends Entry>(entry: T, site: string): T {
  const other = (value: string | null) => value !== null && value !== site
  return { ...entry, changes: entry.changes.filter((c) => c.field !== 'site' || other(c.from) || other(c.to)) }
}
