import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test, vi } from 'vitest'
import { patchEquipment, patchRows, takeRow } from './cache'
import { totalOf } from './counts'
import { urgencyOf } from './due'
import { filterOf, isFiltered, machinesAt, noFilters, noSite, readState, writeState } from './list-state'
import { splitName } from './machine-name'
import { changedFields, emptyForm, readForm } from './machine-input'
import { pagesKey } from './pages'
import type { EquipmentRow } from './row'
import { errorsByField } from './user-errors'

const row = (id: string, fields: Partial<EquipmentRow> = {}): EquipmentRow => ({
  id,
  name: `Machine ${id}`,
  serialNumber: null,
  category: 'Excavator',
  status: 'ACTIVE',
  cost: null,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  version: 1,
  assignedOperator: null,
  site: null,
  latestMaintenance: null,
  nextMaintenance: null,
  meterReadings: { nodes: [] },
  ...fields,
})

let client: QueryClient
const key = [...pagesKey, { filter: {}, order: 'NAME_ASC' }, 0]
const rows = () => client.getQueryData<readonly EquipmentRow[]>(key) ?? []

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient()
  client.setQueryData(key, [row('a'), row('b'), row('c')])
})

test('a change of one machine changes its row alone: the others stay the same objects', () => {
  const before = rows()
  takeRow(client, row('b', { status: 'RETIRED', version: 2 }))
  expect(rows()[1]?.status).toBe('RETIRED')
  expect(rows()[0]).toBe(before[0])
  expect(rows()[2]).toBe(before[2])
})

test('an event that changes nothing, or an older one, leaves the list as it is', () => {
  const before = rows()
  expect(patchRows(before, 'b', () => row('b'))).toBe(before)
  expect(patchRows(before, 'x', () => row('x'))).toBe(before)
  takeRow(client, row('b', { name: 'new', version: 3 }))
  takeRow(client, row('b', { name: 'old', version: 2 }))
  expect(rows()[1]?.name).toBe('new')
})

test('an optimistic change is taken back field by field, and keeps what came in between', () => {
  patchEquipment(client, 'b', { name: 'mine' })
  takeRow(client, row('b', { name: 'mine', category: 'Crane', version: 2 })) // another user's change
  patchEquipment(client, 'b', { name: 'Machine b' })
  expect(rows()[1]).toMatchObject({ name: 'Machine b', category: 'Crane', version: 2 })
})

test('the state of the list survives its address, and numbers stay texts', () => {
  const status = ['ACTIVE', 'RETIRED'] as const
  const site = [`site_${'0'.repeat(26)}`, noSite]
  const state = { search: '00123', status, category: ['Crane & hoist'], site, order: 'COST_DESC' as const, deleted: true }
  const params = writeState({ ...state, status: [...state.status] }, new URLSearchParams('view=cards'))
  expect(readState(new URLSearchParams(params.toString()))).toEqual(state)
  expect(params.get('view')).toBe('cards')
  expect(writeState(readState(new URLSearchParams('status=BROKEN&site=here&order=nonsense&deleted=perhaps'))).toString()).toBe('')
})

test('a filter has the conditions that are given alone', () => {
  expect(filterOf({ search: '  ', status: [], category: [] })).toEqual({})
  expect(filterOf({ search: ' ex-01 ', status: ['ACTIVE'] })).toEqual({ search: 'ex-01', status: ['ACTIVE'] })
  expect(filterOf({ deleted: false })).toEqual({})
  expect(filterOf({ deleted: true })).toEqual({ deleted: 'ONLY' })
})

test('a filter by site means any of the sites, and machines at none', () => {
  const [a, b] = ['a', 'b'].map((c) => `site_${c.repeat(26)}`) as [string, string]
  expect(filterOf({ site: [] })).toEqual({})
  expect(filterOf({ site: [a, b] })).toEqual({ site: { in: [a, b] } })
  expect(filterOf({ site: [noSite] })).toEqual({ site: { isNull: true } })
  expect(filterOf({ site: [a, noSite], status: ['ACTIVE'] })).toEqual({
    status: ['ACTIVE'],
    or: [{ site: { in: [a] } }, { site: { isNull: true } }],
  })
  expect(isFiltered({ ...noFilters, site: [noSite] })).toBe(true)
  expect(isFiltered(noFilters)).toBe(false)
  expect(readState(new URL(machinesAt(a), 'http://fleet').searchParams).site).toEqual([a])
})

test('a machine that has moved may have left a list, or joined another', () => {
  const invalidated = vi.spyOn(client, 'invalidateQueries')
  takeRow(client, row('b', { version: 2 }))
  vi.runAllTimers()
  expect(invalidated).not.toHaveBeenCalledWith({ queryKey: pagesKey })
  takeRow(client, row('b', { version: 3, site: { id: 's', name: 'Yard' } }))
  vi.runAllTimers()
  expect(invalidated).toHaveBeenCalledWith({ queryKey: pagesKey })
})

test('the length of a list is that of its statuses', () => {
  const counts = { byStatus: { ACTIVE: 5, MAINTENANCE: 3, INACTIVE: 2, RETIRED: 1 }, total: 11 }
  expect(totalOf(counts, [])).toBe(11)
  expect(totalOf(counts, ['MAINTENANCE', 'RETIRED'])).toBe(4)
})

test('work is overdue from the day after its day', () => {
  expect(urgencyOf('2026-11-26', '2026-11-27')).toEqual({ urgency: 'overdue', days: 1 })
  expect(urgencyOf('2026-11-27', '2026-11-27')).toEqual({ urgency: 'soon', days: 0 })
  expect(urgencyOf('2026-12-04', '2026-11-27').urgency).toBe('soon')
  expect(urgencyOf('2026-12-05', '2026-11-27').urgency).toBe('later')
})

test('the code at the end of a name is told apart', () => {
  expect(splitName('Komatsu PC210LC-11 EX-0101')).toEqual({ model: 'Komatsu PC210LC-11', code: 'EX-0101' })
  expect(splitName('Crane')).toEqual({ model: 'Crane', code: null })
})

test('a form says what is missing, and changes only what was changed', () => {
  expect(readForm(emptyForm, 'en').problems).toEqual({ name: 'required', category: 'required' })
  const { input, problems } = readForm({ ...emptyForm, name: ' A ', category: 'Crane', cost: '1.637,05', serialNumber: '00123' }, 'es')
  expect(problems).toEqual({})
  expect(input).toMatchObject({ name: 'A', cost: '1637.05', serialNumber: '00123', description: null })
  expect(changedFields(input, { ...input, cost: null })).toEqual({ cost: null })
})

test('refusals stand beside their fields, the rest above the form', () => {
  const errors = [
    { message: 'taken', reason: 'TAKEN' as const, field: ['input', 'serialNumber'] },
    { message: 'later', reason: 'CONCURRENT' as const, field: null },
  ]
  expect(errorsByField(errors, ['name', 'serialNumber'])).toEqual({ serialNumber: 'taken', '': 'later' })
})
