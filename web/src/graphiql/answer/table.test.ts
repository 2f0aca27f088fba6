import { describe, expect, test } from 'vitest'
import { tableOf, textOf } from './table'

const nodes = (...rows: unknown[]) => tableOf({ list: { totalCount: 7, nodes: rows } }, ['list', 'nodes'])

test('fields of nested objects are columns with dotted names, in the order of the selection', () => {
  expect(nodes({ name: 'A', cost: '10.50', operator: { name: { first: 'Ann', last: 'Lee' }, age: 40 }, done: true })).toEqual({
    columns: ['name', 'cost', 'operator.name.first', 'operator.name.last', 'operator.age', 'done'],
    rows: [['A', '10.50', 'Ann', 'Lee', 40, true]],
  })
})

test('a null object has no column of its own: each of its fields is null', () => {
  expect(nodes({ o: null, b: 1 }, { o: { x: 2, q: null }, b: 3 }, { o: { x: 4, q: { z: 5 } }, b: 6 })).toEqual({
    columns: ['o.x', 'o.q.z', 'b'],
    rows: [
      [null, null, 1],
      [2, null, 3],
      [4, 5, 6],
    ],
  })
  expect(nodes({ o: null, b: 1 }, { o: null, b: 2 }).columns).toEqual(['o', 'b'])
})

test('rows of several types have the columns of all in the order of their fragments', () => {
  const none = undefined
  expect(nodes({ id: 1, a: 2, z: 3 }, { id: 4, b: 5, z: 6 }, { id: 7, c: 8 }, { id: 9, a: 10, b: 11, z: 12 })).toEqual({
    columns: ['id', 'a', 'b', 'z', 'c'],
    rows: [
      [1, 2, none, 3, none],
      [4, none, 5, 6, none],
      [7, none, none, none, 8],
      [9, 10, 11, 12, none],
    ],
  })
})

test('a null row is null in every column', () => {
  expect(nodes({ n: 1, o: { p: 2 } }, null).rows).toEqual([
    [1, 2],
    [null, null],
  ])
  expect(nodes(null, null)).toEqual({ columns: ['nodes'], rows: [[null], [null]] })
})

test('edges keep their cursors, and nested lists are one value', () => {
  const table = tableOf({ list: { edges: [{ cursor: 'c', node: { tags: ['a', 'b'], work: { nodes: [{ n: 1 }] } } }] } }, ['list', 'edges'])
  expect(table.columns).toEqual(['cursor', 'node.tags', 'node.work.nodes'])
  expect(table.rows[0]?.map(textOf)).toEqual(['c', '["a","b"]', '[{"n":1}]'])
})

describe('the rows of a list below other rows', () => {
  const data = {
    list: {
      nodes: [
        {
          name: 'A',
          work: {
            total: 2,
            nodes: [
              { cost: '1.00', by: { name: 'X' } },
              { cost: '2.00', by: null },
            ],
          },
          status: 'ACTIVE',
        },
        { name: 'B', work: { total: 0, nodes: [] }, status: 'RETIRED' },
        { name: 'C', work: null, status: null },
        null,
        { name: 'D', work: { total: 1, nodes: [null] }, status: 'ACTIVE' },
      ],
    },
  }

  test('repeat the columns of their parents, and have their own by the way to them', () => {
    expect(tableOf(data, ['list', 'nodes', 'work', 'nodes'])).toEqual({
      columns: ['name', 'work.total', 'work.nodes.cost', 'work.nodes.by.name', 'status'],
      rows: [
        ['A', 2, '1.00', 'X', 'ACTIVE'],
        ['A', 2, '2.00', null, 'ACTIVE'],
        ['D', 1, null, null, 'ACTIVE'],
      ],
    })
  })

  test('may be below several lists', () => {
    const deep = {
      a: [
        {
          x: 1,
          b: {
            c: [
              { y: 2, d: [{ z: 3 }, { z: 4 }] },
              { y: 5, d: [{ z: 6 }] },
            ],
          },
        },
        { x: 7, b: { c: [] } },
      ],
    }
    expect(tableOf(deep, ['a', 'b', 'c', 'd'])).toEqual({
      columns: ['x', 'b.c.y', 'b.c.d.z'],
      rows: [
        [1, 2, 3],
        [1, 2, 4],
        [1, 5, 6],
      ],
    })
  })
})

test('no list, no rows and no fields are an empty table', () => {
  for (const data of [null, {}, { list: null }, { list: { nodes: null } }, { list: { nodes: [] } }]) {
    expect(tableOf(data, ['list', 'nodes'])).toEqual({ columns: [], rows: [] })
  }
})

test('decimals are text as it came, and objects without fields are themselves', () => {
  expect(['0.10', '123456789012345678.90', '', null, undefined, 1.5, false, {}, []].map(textOf)).toEqual([
    '0.10',
    '123456789012345678.90',
    '',
    '',
    '',
    '1.5',
    'false',
    '{}',
    '[]',
  ])
})

test('many rows of two types have the columns of both', () => {
  const rows = Array.from({ length: 1_000 }, (_, i) => ({ id: i, ...(i % 2 ? { a: { x: '1.00' } } : { b: null }), end: 'e' }))
  const table = nodes(...rows)
  expect(table.columns).toEqual(['id', 'b', 'a.x', 'end'])
  expect(table.rows).toHaveLength(1_000)
})
