import { isObject } from './answer'

/** A list of an answer that can be shown as the rows of a table. */
export interface RowList {
  /** The way to it, without indexes: equipmentList.nodes. */
  name: string
  path: readonly string[]
  /** How many elements it has; below other rows, in all of them together. */
  count: number
}

/** The keys of connections: their lists are rows also when they are empty. */
const connections = ['nodes', 'edges']

function areRows(key: string, list: readonly unknown[]): boolean {
  if (list.some((item) => item !== null && !isObject(item))) return false
  return connections.includes(key) || list.some(isObject)
}

/**
 * Finds the lists of objects of an answer in the order in which they stand there, so that
 * a list comes before those of its rows. Lists below other rows are one list for all of these.
 */
export function findRowLists(data: unknown): RowList[] {
  const found = new Map<string, RowList>()
  const visit = (value: unknown, path: readonly string[]) => {
    if (!isObject(value)) return
    for (const [key, child] of Object.entries(value)) {
      const at = [...path, key]
      if (!Array.isArray(child)) {
        visit(child, at)
      } else if (areRows(key, child)) {
        const name = at.join('.')
        const list = found.get(name) ?? { name, path: at, count: 0 }
        list.count += child.length
        found.set(name, list)
        for (const row of child) visit(row, at)
      }
    }
  }
  visit(data, [])
  return [...found.values()]
}
