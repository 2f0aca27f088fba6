import type { HistoryLineFragment } from '../../graphql/graphql'

/**
 * Returns the machine into which a deleted machine was merged, by its history, newest first. Null for one that was
 * deleted otherwise.
 */
export function mergedInto(entries: readonly Pick<HistoryLineFragment, 'action' | 'changes'>[]): { id: string; name: string } | null {
  const last = entries.find(({ action }) => ['MERGED', 'UNMERGED', 'DELETED', 'RESTORED'].includes(action))
  if (last?.action !== 'MERGED') return null
  const to = (field: string) => last.changes.find((c) => c.field === field)?.to ?? null
  const [id, name] = [to('equipment'), to('equipmentName')]
  return id === null || name === null ? null : { id, name }
}
