import { useMemo, useState } from 'react'
import { BarChart } from './bar-chart'
import type { ChartColumns } from './chart-columns'
import { pointsOf } from './chart-points'
import { LineChart } from './line-chart'
import { Select } from './select'
import type { Table } from './table'

/** A column of numbers of a table by one dimension: by time as a line, by anything else as bars. */
export function AnswerChart({ table, columns }: { table: Table; columns: ChartColumns }) {
  const { dimensions, measures } = columns
  const [by, setBy] = useState('')
  const [of, setOf] = useState('')
  const dimension = dimensions.find(({ name }) => name === by) ?? dimensions[0]
  const measure = measures.find(({ name }) => name === of) ?? measures[0]
  const points = useMemo(
    () => (dimension && measure ? pointsOf(table, dimension, measure, dimensions) : []),
    [table, dimension, measure, dimensions],
  )
  if (!dimension || !measure) {
    return <p className="answer-note">A chart needs a column of numbers, and one of texts or days to draw it by. These rows lack one.</p>
  }
  const title = `${measure.name} by ${dimension.name}`
  return (
    <>
      <div className="answer-bar">
        <Select label="Number" value={measure.name} options={measures.map(({ name }) => ({ value: name, label: name }))} onChange={setOf} />
        <Select label="By" value={dimension.name} options={dimensions.map(({ name }) => ({ value: name, label: name }))} onChange={setBy} />
      </div>
      <figure className="answer-figure" tabIndex={0} aria-label={title}>
        <figcaption>{title}</figcaption>
        {dimension.time ? <LineChart title={title} points={points} /> : <BarChart points={points} />}
      </figure>
    </>
  )
}
