import { expect, test } from 'vitest'
import { chartColumns } from './chart-columns'
import { axisOf, lineOf, pointsOf, type Point } from './chart-points'

const table = {
  columns: ['id', 'kind', 'year', 'month', 'records', 'totalCost', 'licence', 'tags', 'none', 'done'],
  rows: [
    ['x', 'INSPECTION', 2024, '2024-01', 3, '10.50', '123', ['a'], null, true],
    ['y', 'REPAIR', 2025, '2025-01', null, '20', '456', null, undefined, false],
    ['z', 'REPAIR', 2025, '2025-02', 5, null, null, [], null, null],
  ],
}

test('texts, flags and times are dimensions, numbers and decimals are what is drawn', () => {
  const { dimensions, measures } = chartColumns(table)
  expect(dimensions.map(({ name, time }) => `${name} ${String(time)}`)).toEqual([
    'kind false',
    'year true',
    'month true',
    'licence false',
    'done false',
    'id false',
  ])
  expect(measures.map(({ name }) => name)).toEqual(['totalCost', 'records'])
})

test('an empty table has nothing to draw', () => {
  expect(chartColumns({ columns: [], rows: [] })).toEqual({ dimensions: [], measures: [] })
  expect(chartColumns({ columns: ['a'], rows: [[null]] })).toEqual({ dimensions: [], measures: [] })
})

test('a null is a gap, and labels that repeat have what tells them apart', () => {
  const { dimensions, measures } = chartColumns(table)
  const [kind, year] = dimensions
  const [cost] = measures
  if (!kind || !year || !cost) throw new Error('no columns')
  const points = pointsOf(table, kind, cost, [kind, year])
  expect(points.map(({ label, detail, value, text }) => [label, detail, value, text])).toEqual([
    ['INSPECTION', '2024', 10.5, '10.50'],
    ['REPAIR', '2025', 20, '20'],
    ['REPAIR', '2025', null, ''],
  ])
})

const point = (at: number | null, value: number | null): Point => ({ at, value, text: '', label: '', detail: '' })
const shape = (points: Point[]) => lineOf(points).runs.map((run) => run.map((p) => p.at))

test('a line is sorted by time and broken by nulls', () => {
  expect(shape([point(3, 1), point(1, 1), point(4, 2), point(2, null), point(null, 5)])).toEqual([[1], [3, 4]])
  expect(shape([])).toEqual([])
  expect(shape([point(1, null)])).toEqual([])
})

test('points of the same time are not joined', () => {
  expect(lineOf([point(1, 1), point(1, 2), point(2, 3)])).toMatchObject({ joined: false })
  expect(shape([point(1, 1), point(1, 2), point(2, 3)])).toEqual([[1], [1], [2]])
})

test.each([
  [[], [0, 1]],
  [
    [0, 0],
    [0, 1],
  ],
  [
    [3, 8],
    [0, 2, 4, 6, 8],
  ],
  [
    [-5, 5],
    [-5, -2.5, 0, 2.5, 5],
  ],
  [[-8], [-8, -6, -4, -2, 0]],
])('the axis of %j is %j', (values, axis) => {
  expect(axisOf(values).map((v) => v + 0)).toEqual(axis)
})
