import type { Table } from './table'

/** A column that can be the dimension of a chart. */
export interface Dimension {
  index: number
  name: string
  /** Its values are days, months, years or moments. */
  time: boolean
}

/** A column of numbers that a chart can draw. */
export interface Measure {
  index: number
  name: string
  /** Its values are decimals, such as amounts of money. */
  decimal: boolean
}

/** What a chart of a table can show. */
export interface ChartColumns {
  dimensions: readonly Dimension[]
  measures: readonly Measure[]
}

const decimal = /^-?\d+(\.\d+)?$/
const time = /^\d{4}-\d{2}(-\d{2}(T.+)?)?$/
const identifier = /(^|\.)\w*id$/i

const isYear = (value: unknown) => Number.isInteger(value) && (value as number) >= 1000 && (value as number) <= 9999

/**
 * Sorts the columns of a table into dimensions and numbers, by their values: the server
 * sends decimals as strings, one of which at least has a point, or they would be texts of
 * digits. Columns of lists and those without a value are neither. The first of each kind is
 * the best: names before identifiers, decimals before counts.
 */
export function chartColumns({ columns, rows }: Table): ChartColumns {
  const dimensions: Dimension[] = []
  const measures: Measure[] = []
  columns.forEach((name, index) => {
    const values = rows.map((row) => row[index]).filter((value) => value !== null && value !== undefined)
    if (values.length === 0) return
    const texts = values.every((value) => typeof value === 'string')
    if (texts && values.every((v) => decimal.test(v)) && values.some((v) => v.includes('.'))) {
      measures.push({ index, name, decimal: true })
    } else if (texts || values.every((value) => typeof value === 'boolean')) {
      dimensions.push({ index, name, time: texts && values.every((v) => time.test(v) && !Number.isNaN(Date.parse(v))) })
    } else if (/year$/i.test(name) && values.every(isYear)) {
      dimensions.push({ index, name, time: true })
    } else if (values.every((value) => typeof value === 'number')) {
      measures.push({ index, name, decimal: false })
    }
  })
  return {
    dimensions: dimensions.sort((a, b) => Number(identifier.test(a.name)) - Number(identifier.test(b.name))),
    measures: measures.sort((a, b) => Number(b.decimal) - Number(a.decimal)),
  }
}
