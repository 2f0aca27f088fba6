import { axisBetween } from '../../lib/axis'
import type { Dimension, Measure } from './chart-columns'
import { textOf, type Table } from './table'

/** A row of a table in a chart. */
export interface Point {
  /** Its number as it came; empty for a null. */
  text: string
  /** The same for the length of a bar or the height of a point; null is a gap. */
  value: number | null
  label: string
  /** What tells it apart from rows with the same label. */
  detail: string
  /** Its place on an axis of time; null without one. */
  at: number | null
}

/** Returns the rows of a table as points, in the order of the rows. */
export function pointsOf({ rows }: Table, dimension: Dimension, measure: Measure, others: readonly Dimension[]): Point[] {
  const repeats = new Set(rows.map((row) => row[dimension.index])).size < rows.length
  const details = repeats ? others.filter((other) => other.index !== dimension.index) : []
  return rows.map((row) => {
    const label = textOf(row[dimension.index])
    const text = textOf(row[measure.index])
    return {
      text,
      value: text === '' ? null : Number(text),
      label,
      detail: details
        .map((other) => textOf(row[other.index]))
        .filter(Boolean)
        .join(' · '),
      at: dimension.time && label !== '' ? Date.parse(label) : null,
    }
  })
}

/** A line of a chart: runs of points that are joined, each without a gap. */
export interface Line {
  runs: Point[][]
  /** Points of the same time are not joined: they are not one line. */
  joined: boolean
}

/** Sorts points by time and splits them where a number is null. Points without a time are left out. */
export function lineOf(points: readonly Point[]): Line {
  const timed = points.filter((p) => p.at !== null).sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
  const joined = timed.every((p, i) => i === 0 || p.at !== timed[i - 1]?.at)
  const runs: Point[][] = []
  let run: Point[] = []
  for (const point of timed) {
    if (point.value !== null) run.push(point)
    if (run.length > 0 && (point.value === null || !joined)) {
      runs.push(run)
      run = []
    }
  }
  if (run.length > 0) runs.push(run)
  return { runs, joined }
}

/** Returns a few round values of an axis that has 0 and all values. */
export function axisOf(values: readonly number[]): number[] {
  let least = 0
  let most = 0
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return least === most ? [0, 1] : axisBetween(least, most)
}
