import { expect, test } from 'vitest'
import { createFormats } from '../../i18n/formats'
import { es } from '../../i18n/es'
import { en } from '../../i18n/en'
import { shownChanges, valueText } from '../../features/history/history-list'
import { isDoubt, reasonText } from '../../features/mend/use-mend-form'
import { correctionOf, readCorrection } from './correction'
import { reopenedStatus } from './record-forms'
import { statusSegments } from './status-periods'

const fmt = createFormats('es-ES', { currency: 'EUR', timeZone: 'Europe/Madrid' })
const record = {
  id: 'maintenance_record_1',
  version: 3,
  kind: 'CORRECTIVE' as const,
  sourceKind: null,
  sourceRef: null,
  status: 'COMPLETED' as const,
  dueDate: null,
  startedAt: '2026-07-01T06:30:00Z',
  completedAt: null,
  maintenanceDate: '2026-07-01',
  description: 'Hose',
  cost: '1100.00',
  labourCost: '1000.00',
  partsCost: '100.00',
  labourHours: '2.50',
  performedBy: null,
  downFrom: null,
  downTo: null,
  downToExpected: false,
  meterHours: null,
  createdAt: '2026-07-01T06:30:00Z',
  equipment: { id: 'e', name: 'Crane' },
  reversalOf: null,
  reversedBy: null,
}

test('a correction has what was changed alone, and both parts of a cost or none', () => {
  const start = correctionOf(record, fmt)
  expect(start).toMatchObject({ cost: '1.100,00', startedAt: '2026-07-01T08:30', labourHours: '2,5' })
  expect(readCorrection(start, start, fmt)).toEqual({ input: {}, problems: {} })
  expect(readCorrection({ ...start, partsCost: '150,5', description: ' ' }, start, fmt)).toEqual({
    input: { labourCost: '1000.00', partsCost: '150.5', description: null },
    problems: {},
  })
  expect(readCorrection({ ...start, downFrom: '2026-12-01T08:30', kind: 'OTHER' }, start, fmt).input).toEqual({
    downFrom: '2026-12-01T07:30:00.000Z',
    kind: 'OTHER',
  })
  expect(readCorrection({ ...start, cost: 'x', maintenanceDate: '' }, start, fmt).problems).toEqual({
    cost: 'number',
    maintenanceDate: 'required',
  })
  expect(readCorrection({ ...start, reversalOfId: 'r' }, start, fmt).input).toEqual({ reversalOfId: 'r' })
})

test('work that was cancelled before it began is planned again, other work in progress', () => {
  expect(reopenedStatus({ status: 'CANCELLED', startedAt: null, dueDate: '2026-01-01' })).toBe('PLANNED')
  expect(reopenedStatus({ status: 'CANCELLED', startedAt: null, dueDate: null })).toBe('IN_PROGRESS')
  expect(reopenedStatus({ status: 'COMPLETED', startedAt: null, dueDate: '2026-01-01' })).toBe('IN_PROGRESS')
})

test('the user may insist on hours that can hardly be, and on no other refusal', () => {
  const refusal = (reason: 'IMPLAUSIBLE' | 'DECREASING' | 'TAKEN', field: string) => ({ reason, field: ['input', field], message: 'm' })
  expect(isDoubt(refusal('IMPLAUSIBLE', 'hours'))).toBe(true)
  expect(isDoubt(refusal('DECREASING', 'meterHours'))).toBe(true)
  expect(isDoubt(refusal('DECREASING', 'hours'))).toBe(false)
  expect(isDoubt(refusal('TAKEN', 'meterHours'))).toBe(false)
})

test('reasons are in the language of the user, without words for programs', () => {
  const doubt = {
    reason: 'IMPLAUSIBLE' as const,
    message: '9 hours are too many; correct them, or give confirm: true if the meter shows that',
  }
  expect(reasonText(en, doubt)).toBe('9 hours are too many.')
  expect(reasonText(es, doubt)).toMatch(/^Esto apenas es posible/)
})

test('the history names rows that the page knows, and leaves out ids that it does not', () => {
  const ada = 'operator_01kg4r2qy1fv8rtd1zgamj9zzb'
  const bob = 'operator_01kg4r2qy1fv8rtd1zgamj9zzc'
  const names = new Map([[ada, 'Ada Byron']])
  const change = (field: string, from: string | null, to: string | null) => ({ field, from, to })
  const changes = [
    change('operator', ada, null),
    change('operator', ada, bob),
    change('userId', null, 'x'),
    change('hours', '10.0', '12.50'),
  ]
  expect(shownChanges({ changes }, names)).toEqual([changes[0], changes[3]])
  const i18n = { t: es, fmt, language: 'es' as const }
  expect(valueText(i18n, 'operator', ada, names)).toBe('Ada Byron')
  expect(valueText(i18n, 'hours', '12.50', names)).toBe('12,5')
  expect(valueText(i18n, 'kind', 'CORRECTIVE', names)).toBe('Correctivo')
  expect(valueText(i18n, 'replacement', 'false', names)).toBe('no')
  expect(valueText(i18n, 'releasedAt', '2026-07-01T06:30:00Z', names)).toContain('08:30')
})

test('statuses are shown from the beginning of the span to now', () => {
  const span = { from: 1000, to: 2000 }
  const at = (ms: number) => new Date(ms).toISOString()
  const periods = [
    { status: 'ACTIVE' as const, since: at(1500), until: null, user: null },
    { status: 'INACTIVE' as const, since: at(500), until: at(1500), user: null },
    { status: 'ACTIVE' as const, since: null, until: at(500), user: null },
  ]
  expect(statusSegments(periods, span).map((s) => [s.period.status, s.left, s.width])).toEqual([
    ['ACTIVE', 0.5, 0.5],
    ['INACTIVE', 0, 0.5],
  ])
})
