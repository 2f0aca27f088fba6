import { expect, test } from 'vitest'
import { findRowLists } from './row-lists'

const listsOf = (data: unknown) => findRowLists(data).map(({ name, count }) => `${name} ${String(count)}`)

test('connections and lists of objects are rows, wherever they stand', () => {
  expect(
    listsOf({
      equipmentList: { totalCount: 9, nodes: [{ name: 'A' }, { name: 'B' }], pageInfo: { hasNextPage: true } },
      relay: { edges: [{ cursor: 'x', node: { name: 'A' } }] },
      dashboardStats: { totalValue: '1.00', statusCounts: [{ status: 'ACTIVE', count: 3 }] },
      costs: [{ kind: 'INSPECTION' }],
    }),
  ).toEqual(['equipmentList.nodes 2', 'relay.edges 1', 'dashboardStats.statusCounts 1', 'costs 1'])
})

test('aliases are part of the path', () => {
  expect(listsOf({ machines: { rows: [{ n: 1 }] }, others: { rows: [{ n: 2 }] } })).toEqual(['machines.rows 1', 'others.rows 1'])
})

test('a list below rows is one list for all of them, after that of its parents', () => {
  const data = {
    list: {
      nodes: [
        { name: 'A', records: { nodes: [{ cost: '1.00' }, { cost: '2.00' }] } },
        { name: 'B', records: null },
        null,
        { name: 'C', records: { nodes: [{ cost: '3.00', parts: [{ id: 1 }] }] } },
      ],
    },
  }
  expect(listsOf(data)).toEqual(['list.nodes 4', 'list.nodes.records.nodes 3', 'list.nodes.records.nodes.parts 1'])
})

test('a connection without rows is a list, other empty lists and lists of values are not', () => {
  expect(listsOf({ a: { nodes: [] }, b: { edges: [null] }, tags: [], words: ['x'], mixed: [{ n: 1 }, 'x'], nulls: [null] })).toEqual([
    'a.nodes 0',
    'b.edges 1',
  ])
})

test.each([null, undefined, {}, 'text', 1, []])('%j has no rows', (data) => {
  expect(findRowLists(data)).toEqual([])
})
