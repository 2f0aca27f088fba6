import { useMemo } from 'react'
import { AnswerChart } from './answer-chart'
import { AnswerTable } from './answer-table'
import type { Answer } from './answer'
import { chartColumns } from './chart-columns'
import { csvOf } from './csv'
import { download } from './download'
import { findRowLists } from './row-lists'
import { Select } from './select'
import { tableOf } from './table'

interface AnswerPanelProps {
  answer: Answer | null
  view: 'table' | 'chart'
  /** The name of the operation, if it has one. */
  operation: string | undefined
  /** The name of the list that the user has chosen; the first one stands in for one that the answer lacks. */
  chosen: string
  onChoose: (list: string) => void
}

const count = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'row' : 'rows'}`

/** The rows of an answer as a table or a chart, and as a file. */
export function AnswerPanel({ answer, view, operation, chosen, onChoose }: AnswerPanelProps) {
  const lists = useMemo(() => findRowLists(answer?.data), [answer])
  const list = lists.find(({ name }) => name === chosen) ?? lists[0]
  const table = useMemo(() => list && tableOf(answer?.data, list.path), [answer, list])
  const columns = useMemo(() => table && chartColumns(table), [table])
  if (!answer) return <p className="answer-note">No answer yet: execute the operation.</p>
  if (!list || !table || !columns) {
    return <p className="answer-note">This answer has no rows. A table shows a connection or a list of objects.</p>
  }
  return (
    <>
      <div className="answer-bar">
        <Select
          label="Rows"
          value={list.name}
          options={lists.map(({ name, count: n }) => ({ value: name, label: `${name} (${n.toLocaleString('en')})` }))}
          onChange={onChoose}
        />
        <span className="answer-count">{count(table.rows.length)}</span>
        <button
          type="button"
          className="answer-button"
          onClick={() => {
            download(`${operation ?? 'answer'}.csv`, 'text/csv;charset=utf-8', csvOf(table))
          }}
        >
          Download CSV
        </button>
      </div>
      {answer.failed && <p className="answer-note">This answer has errors, which the JSON shows. Its rows may not be complete.</p>}
      {table.rows.length === 0 ? (
        <p className="answer-note">{list.name} has no rows.</p>
      ) : view === 'table' ? (
        <AnswerTable key={list.name} name={list.name} table={table} numbers={columns.measures} />
      ) : (
        <AnswerChart key={list.name} table={table} columns={columns} />
      )}
    </>
  )
}
