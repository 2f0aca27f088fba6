import { expect, test } from 'vitest'
import { backoff, longestWait } from '../live/backoff'
import { compare } from './equipment-detail/conflict-form'
import { downtimes, meterLine, spanOf } from './equipment-detail/timeline-data'
import { arrangeMonths, axisOf } from './overview/costs'
import { newer, type Stats } from './overview/stats'
import { weeksOf } from './work/calendar-data'

test('costs of two years become twelve months, each beside the year before; the running one beside the same days', () => {
  const months = arrangeMonths(
    [
      { month: '2026-11', kind: 'PREVENTIVE', totalCost: '10.50' },
      { month: '2026-11', kind: 'INSPECTION', totalCost: '0.25' },
      { month: '2026-10', kind: 'CORRECTIVE', totalCost: '7.00' },
      { month: '2025-10', kind: 'OTHER', totalCost: '3.00' },
      { month: '2025-11', kind: 'OTHER', totalCost: '99.00' },
    ],
    '40.00',
    '2026-11-27',
  )
  expect(months.map((m) => m.day.slice(0, 7))[0]).toBe('2025-12')
  expect(months.at(-1)).toMatchObject({ preventive: 1050n, others: 25n, total: 1075n, before: 4000n, running: true })
  expect(months.at(-2)).toMatchObject({ corrective: 700n, total: 700n, before: 300n, running: false })
})

test('an axis begins at 0 and has few round steps', () => {
  expect(axisOf(187)).toEqual([0, 50, 100, 150, 200])
  expect(axisOf(0)).toEqual([0])
  for (const most of [1, 7, 99, 12_345, 8e6]) expect(axisOf(most).length).toBeLessThanOrEqual(6)
})

test('of two figures the newer ones stay, whichever came last', () => {
  const at = (sequence: number) => ({ sequence }) as Stats
  expect(newer(at(5), at(4)).sequence).toBe(5)
  expect(newer(at(5), at(6)).sequence).toBe(6)
  expect(newer(undefined, at(1)).sequence).toBe(1)
})

test('a month has whole weeks from Monday', () => {
  const weeks = weeksOf('2026-11-01')
  expect(weeks[0]?.[0]).toBe('2026-10-26')
  expect(weeks.at(-1)?.at(-1)).toBe('2026-12-06')
  expect(weeks.every((w) => w.length === 7)).toBe(true)
})

const unknown = { manufacturer: null, model: null, year: null, inServiceOn: null, retiredOn: null }
const amounts = { replacementValue: null, scheduledHoursPerWeek: null }
const machine = {
  ...amounts,
  name: 'A',
  serialNumber: null,
  category: 'X',
  status: 'ACTIVE' as const,
  cost: '1.00',
  description: null,
  ...unknown,
}

test('a conflict is about fields that both changed differently; the rest of the other side is kept', () => {
  const current = { ...machine, name: 'theirs', category: 'Y', cost: '2.00' }
  expect(compare(['name', 'category', 'cost'], machine, { name: 'mine', cost: '2.00' }, current)).toEqual({
    disputed: ['name'],
    theirs: ['category'],
  })
})

test('downtime that has not ended reaches to now, and what ended before the span is left out', () => {
  const span = spanOf('2026-11-27', 12, Date.parse('2026-11-27T12:00:00Z'))
  const record = (id: string, downFrom: string | null, downTo: string | null) => ({
    id,
    version: 1,
    kind: 'CORRECTIVE' as const,
    status: 'COMPLETED' as const,
    maintenanceDate: '2026-11-01',
    description: null,
    cost: '0',
    performedBy: null,
    downFrom,
    downTo,
    meterHours: null,
    reversalOf: null,
  })
  const bars = downtimes(
    [
      record('open', '2026-11-20T00:00:00Z', null),
      record('old', '2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'),
      record('none', null, null),
    ],
    span,
  )
  expect(bars.map((b) => [b.id, b.open])).toEqual([['open', true]])
  expect((bars[0]?.left ?? 0) + (bars[0]?.width ?? 0)).toBeCloseTo(1)
})

test('a replaced meter begins a line of its own', () => {
  const span = { from: 0, to: 100 }
  const reading = (at: number, hours: string, replacement = false) => ({ at, hours, replacement })
  expect(meterLine([reading(10, '5')], span)).toBeNull()
  expect(
    meterLine([reading(40, '900'), reading(10, '100'), reading(60, '0', true), reading(90, '50')], span)?.lines.map((l) => l.length),
  ).toEqual([2, 2])
})

test('waits for the connection double up to half a minute, and differ', () => {
  expect(backoff(0, 0)).toBeLessThan(backoff(3, 0))
  for (let n = 0; n < 2000; n++) expect(backoff(n)).toBeLessThanOrEqual(longestWait)
  expect(backoff(50, 0)).not.toBe(backoff(50, 0.9))
})
