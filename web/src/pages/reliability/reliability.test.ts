import { expect, test } from 'vitest'
import { en } from '../../i18n/en'
import { es } from '../../i18n/es'
import { createFormats } from '../../i18n/formats'
import { changeText, figureText } from './figure-text'
import { judge } from './judge'
import { figureNames } from './kpi-query'
import { readScope, windowBefore, writeScope } from './scope'

const today = '2026-11-27'
const read = (text: string) => readScope(new URLSearchParams(text), today)

test('the address has window, machines, groups and order; what it does not know is left out', () => {
  expect(read('')).toEqual({ from: '2025-11-28', to: today, length: 365, category: null, by: 'CATEGORY', sort: 'cost' })
  expect(read('days=30')).toMatchObject({ from: '2026-10-29', to: today, length: 30 })
  expect(read('from=2026-01-01&to=2026-01-31&category=Crane&by=EQUIPMENT&sort=labour')).toEqual({
    from: '2026-01-01',
    to: '2026-01-31',
    length: null,
    category: 'Crane',
    by: 'EQUIPMENT',
    sort: 'labour',
  })
  for (const wrong of [
    'from=2026-02-30&to=2026-03-01',
    'from=2026-03-02&to=2026-03-01',
    'from=1900-01-01&to=2026-01-01',
    'days=7',
    'by=X&sort=Y',
  ]) {
    expect(read(wrong)).toMatchObject({ length: 365, by: 'CATEGORY', sort: 'cost' })
  }
})

test('chosen days take the place of a length and the other way round; defaults are not written', () => {
  const before = new URLSearchParams('days=30&category=Crane')
  expect(writeScope(before, { from: '2026-01-01', to: '2026-02-01' }).toString()).toBe('category=Crane&from=2026-01-01&to=2026-02-01')
  expect(writeScope(new URLSearchParams('from=2026-01-01&to=2026-02-01'), { days: '365' }).toString()).toBe('')
  expect(writeScope(before, { category: null, by: 'CATEGORY' }).toString()).toBe('days=30')
})

test('the window before has as many days', () => {
  expect(windowBefore({ from: '2026-03-01', to: '2026-03-31' })).toEqual({ from: '2026-01-29', to: '2026-02-28' })
  expect(windowBefore({ from: '2026-03-01', to: '2026-03-01' })).toEqual({ from: '2026-02-28', to: '2026-02-28' })
})

test('a change is judged by what is wished for, and not by few cases', () => {
  expect(judge('calendarAvailability', { delta: '0.50', sampleSize: 9 })).toBe('better')
  expect(judge('meanDownTime', { delta: '0.50', sampleSize: 9 })).toBe('worse')
  expect(judge('meanDownTime', { delta: '-0.50', sampleSize: 4 })).toBe('few')
  expect(judge('failures', { delta: '-2', sampleSize: 1 })).toBe('better')
  expect(judge('meanDownTime', { delta: '0.00', sampleSize: 9 })).toBe('same')
  expect(judge('meanDownTime', { delta: null, sampleSize: 9 })).toBeNull()
})

test('values have their unit, and the digits of the server', () => {
  const i18n = { t: en, fmt: createFormats('en-GB', { currency: 'EUR', timeZone: 'UTC' }) }
  const spanish = { t: es, fmt: createFormats('es-ES', { currency: 'EUR', timeZone: 'UTC' }) }
  expect(figureText(i18n, 'PERCENT', '99.80')).toBe('99.80%')
  expect(figureText(i18n, 'HOURS', '8758.02')).toBe('8,758.02 h')
  expect(figureText(i18n, 'COUNT', '361')).toBe('361')
  expect(figureText(i18n, 'MONEY_PER_HOUR', '12345678901234567890.10')).toBe('€12,345,678,901,234,567,890.10/h')
  expect(changeText(i18n, 'PERCENT', '-0.15')).toBe('0.15 points')
  expect(figureText(spanish, 'HOURS', '8758.02')).toBe('8.758,02 h')
})

test('every figure has a name and a definition in both languages; names of the API are not shown', () => {
  for (const name of figureNames) {
    expect(es.reliability.definition(name, 'x').length).toBeGreaterThan(20)
    expect(es.reliability.figures[name]).not.toBe(en.reliability.figures[name] + ' ')
  }
  expect(en.reliability.definition('medianDownTime', 'Median of the times of `meanDownTime`.')).toBe(
    'Median of the times of “Mean downtime”.',
  )
})
