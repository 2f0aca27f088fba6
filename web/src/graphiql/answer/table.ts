import { isObject } from './answer'

/** The rows of a list as a table. */
export interface Table {
  columns: readonly string[]
  /** A value for each column; undefined where the row has no such field. */
  rows: readonly (readonly unknown[])[]
}

interface Cell {
  column: string
  value: unknown
}

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
  if (!isObject(item)) return path.length === 0 ? [[{ column: prefix.slice(0, -1), value: item }]] : []
  const before: Cell[] = []
  const after: Cell[] = []
  let inner: Cell[][] | undefined
  for (const key of Object.keys(item)) {
    const value = item[key]
    if (key === path[0]) inner = rowsBelow(value, `${prefix}${key}.`, path.slice(1))
    else addCells(value, prefix + key, inner ? after : before)
  }
  if (path.length === 0) return [before]
  return (inner ?? []).map((cells) => [...before, ...cells, ...after])
}

function addCells(value: unknown, name: string, cells: Cell[]): void {
  const keys = isObject(value) ? Object.keys(value) : []
  if (keys.length === 0) cells.push({ column: name, value })
  for (const key of keys) addCells((value as Record<string, unknown>)[key], `${name}.${key}`, cells)
}

/** Lists the columns of all rows in the order of the selection: a new one stands before the next one that is known. */
function columnsOf(rows: readonly Cell[][]): string[] {
  const columns: string[] = []
  const known = new Set<string>()
  for (const cells of rows) {
    cells.forEach(({ column }, i) => {
      if (known.has(column)) return
      known.add(column)
      const next = cells.slice(i + 1).find((cell) => known.has(cell.column))
      columns.splice(next ? columns.indexOf(next.column) : columns.length, 0, column)
    })
  }
  return columns
}

/** Finds the columns that are null objects: those without a value in any row, beside columns of their fields. */
function nullObjects(columns: readonly string[], rows: readonly Cell[][]): Map<string, string[]> {
  const filled = new Set<string>()
  for (const cells of rows) for (const cell of cells) if (cell.value !== null) filled.add(cell.column)
  const found = new Map<string, string[]>()
  for (const column of columns) {
    if (filled.has(column)) continue
    const fields = columns.filter((other) => other !== column && other.startsWith(column && `${column}.`))
    if (fields.length > 0) found.set(column, fields)
  }
  return found
}

/** Makes a table of rows. A null object has no column of its own: each of its fields is null. */
function arrange(rows: readonly Cell[][], name: string): Table {
  const all = columnsOf(rows)
  const objects = nullObjects(all, rows)
  const columns = all.filter((column) => !objects.has(column))
  const index = new Map(columns.map((column, i) => [column, i]))
  const arranged = rows.map((cells) => {
    const values = new Array<unknown>(columns.length).fill(undefined)
    const set = (column: string, value: unknown) => {
      const i = index.get(column)
      if (i === undefined) for (const field of objects.get(column) ?? []) set(field, value)
      else values[i] = value
    }
    for (const cell of cells) set(cell.column, cell.value)
    return values
  })
  return { columns: columns.map((column) => column || name), rows: arranged }
}

/** Returns a value as text: strings, and so decimals, as they came, lists as compact JSON. Null has none. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
