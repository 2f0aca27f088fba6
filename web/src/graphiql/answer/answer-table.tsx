import { memo, useMemo, useState } from 'react'
import type { Measure } from './chart-columns'
import { textOf, type Table } from './table'

const rowHeight = 32 // as in answer.css
const shown = 100 // more than any screen is high
const step = 10

interface AnswerTableProps {
  name: string
  table: Table
  numbers: readonly Measure[]
}

/** Returns how wide each column is, in characters, by its name and the first rows; capitals are wider than a digit. */
function widthsOf({ columns, rows }: Table): number[] {
  return columns.map((name, i) => {
    const longest = rows.slice(0, 200).reduce((most, row) => Math.max(most, textOf(row[i]).length), name.length)
    return Math.min(Math.max(longest, 4), 40)
  })
}

/** Tells null and the empty text apart; a field that the row does not have is blank. */
function Cell({ value, number }: { value: unknown; number: boolean }) {
  const text = textOf(value)
  return (
    <td className={number ? 'num' : undefined} title={text.length > 20 ? text : undefined}>
      {value === null ? <i>null</i> : value === '' ? <i>&quot;&quot;</i> : text}
    </td>
  )
}

interface RowProps {
  index: number
  row: readonly unknown[]
  numeric: ReadonlySet<number>
}

const Row = memo(function Row({ index, row, numeric }: RowProps) {
  return (
    <tr aria-rowindex={index + 2}>
      {row.map((value, i) => (
        <Cell key={i} value={value} number={numeric.has(i)} />
      ))}
    </tr>
  )
})

/** The rows as a table. Those far outside of what is visible are not in the document. */
export function AnswerTable({ name, table, numbers }: AnswerTableProps) {
  const [top, setTop] = useState(0)
  const { columns, rows } = table
  const widths = useMemo(() => widthsOf(table), [table])
  const numeric = useMemo(() => new Set(numbers.map(({ index }) => index)), [numbers])
  const from = Math.max(0, Math.min(top, rows.length) - 3 * step)
  const visible = rows.slice(from, from + shown)
  const below = rows.length - from - visible.length
  return (
    <div
      className="answer-scroll"
      tabIndex={0}
      role="region"
      aria-label={`Rows of ${name}`}
      onScroll={(event) => {
        setTop(Math.floor(event.currentTarget.scrollTop / rowHeight / step) * step)
      }}
    >
      <table className="answer-table" aria-rowcount={rows.length + 1}>
        <colgroup>
          {widths.map((width, i) => (
            <col key={columns[i]} style={{ width: `calc(${String(width)} * 1.2ch + 24px)` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column, i) => (
              <th key={column} scope="col" className={numeric.has(i) ? 'num' : undefined} title={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <tr aria-hidden="true" style={{ height: from * rowHeight }} />}
          {visible.map((row, i) => (
            <Row key={from + i} index={from + i} row={row} numeric={numeric} />
          ))}
          {below > 0 && <tr aria-hidden="true" style={{ height: below * rowHeight }} />}
        </tbody>
      </table>
    </div>
  )
}
