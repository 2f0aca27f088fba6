import { isObject } from './answer'

/** The rows of a list as a table. */
export interface Table {
  columns: readonly string[]
  /** A value for each column; undefined where the row has no such field. */
  rows: readonly (readonly unknown[])[]
}

type Cell = readonly [column: string, value: unknown]

/**
 * Arranges a list of an answer as a table. Fields of nested objects are columns with the way
 * to them as name; nested lists are one value. The rows of a list below other rows repeat the
 * columns of these, and their own columns begin with the way to the list.
 */
export function tableOf(data: unknown, path: readonly string[]): Table {
  let value = data
  let depth = 0
  for (; depth < path.length && !Array.isArray(value); depth++) value = isObject(value) ? value[path[depth] ?? ''] : null
  return arrange(rowsBelow(value, '', path.slice(depth)), path.at(-1) ?? '')
}

/** Returns the rows of the list that stands at a path below a value; none where an object above it is null. */
function rowsBelow(value: unknown, prefix: string, path: readonly string[]): Cell[][] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => rowsOf(item, prefix, path))
  return isObject(value) && path.length > 0 ? rowsOf(value, prefix, path) : []
}

/** Returns the row of an object, or a row for each element of a list below it. */
function rowsOf(item: unknown, prefix: string, path: readonly string[]): Cell[][] {
  if (!isObject(item)) return path.length === 0 ? [[[prefix.slice(0, -1), item]]] : []
  const before: Cell[] = []
  const after: Cell[] = []
  let inner: Cell[][] | undefined
  for (const [key, value] of Object.entries(item)) {
    if (key === path[0]) inner = rowsBelow(value, `${prefix}${key}.`, path.slice(1))
    else addCells(value, prefix + key, inner ? after : before)
  }
  if (path.length === 0) return [before]
  return (inner ?? []).map((cells) => [...before, ...cells, ...after])
}

function addCells(value: unknown, name: string, cells: Cell[]): void {
  const fields = isObject(value) ? Object.entries(value) : []
  if (fields.length === 0) cells.push([name, value])
  for (const [key, field] of fields) addCells(field, `${name}.${key}`, cells)
}

/** Lists the columns of all rows in the order of the selection: a new one stands before the next one that is known. */
function columnsOf(rows: readonly Cell[][]): string[] {
  const columns: string[] = []
  const known = new Set<string>()
  for (const cells of rows) {
    cells.forEach(([name], i) => {
      if (known.has(name)) return
      known.add(name)
      const next = cells.slice(i + 1).find(([other]) => known.has(other))
      columns.splice(next ? columns.indexOf(next[0]) : columns.length, 0, name)
    })
  }
  return columns
}

/** Makes a table of rows. A null object has no column of its own: each of its fields is null. */
function arrange(rows: readonly Cell[][], name: string): Table {
  const all = columnsOf(rows)
  const filled = new Set<string>()
  for (const cells of rows) for (const [column, value] of cells) if (value !== null) filled.add(column)
  const fields = new Map<string, string[]>()
  for (const column of all) {
    if (filled.has(column)) continue
    const below = all.filter((other) => other !== column && other.startsWith(column && `${column}.`))
    if (below.length > 0) fields.set(column, below)
  }
  const columns = all.filter((column) => !fields.has(column))
  const index = new Map(columns.map((column, i) => [column, i]))
  return {
    columns: columns.map((column) => column || name),
    rows: rows.map((cells) => {
      const values = Array.from<unknown>({ length: columns.length })
      for (const [column, value] of cells) {
        for (const at of fields.get(column) ?? [column]) {
          const i = index.get(at)
          if (i !== undefined) values[i] = value
        }
      }
      return values
    }),
  }
}

/** Returns a value as text: strings, and so decimals, as they came, lists as compact JSON. Null has none. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
