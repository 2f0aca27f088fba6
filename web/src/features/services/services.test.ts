import { expect, test } from 'vitest'
import { en } from '../../i18n/en'
import { es } from '../../i18n/es'
import { createFormats } from '../../i18n/formats'
import { newSchedule, readSchedule } from './schedule-form'
import { dueText, forecastText, intervalText, targetText } from './service-text'

const company = { currency: 'EUR', timeZone: 'Europe/Madrid' }
const english = { t: en, fmt: createFormats('en-GB', company) }
const spanish = { t: es, fmt: createFormats('es-ES', company) }

test('a new schedule has an interval in whole days, in hours, or in both', () => {
  const form = { ...newSchedule, title: ' Oil ', intervalDays: '90', intervalHours: '500,5' }
  expect(readSchedule(form, 'e', 'es-ES')).toEqual({
    input: { equipmentId: 'e', title: 'Oil', kind: 'PREVENTIVE', recurrence: 'FROM_COMPLETION', intervalDays: 90, intervalHours: '500.5' },
    problems: {},
  })
  expect(readSchedule({ ...form, recurrence: 'FIXED' }, 'e', 'es-ES').problems).toEqual({ recurrence: 'oneInterval' })
  expect(readSchedule({ ...form, title: ' ', intervalDays: '9,5', intervalHours: 'x' }, 'e', 'es-ES').problems).toEqual({
    title: 'required',
    intervalDays: 'wholeDays',
    intervalHours: 'number',
  })
  expect(readSchedule(newSchedule, 'e', 'en-GB').problems).toEqual({ title: 'required', intervalDays: 'intervalNeeded' })
})

test('a new schedule begins after the last time or with the first one, and sends nothing of the other', () => {
  const form = { ...newSchedule, title: 'Oil', intervalDays: '90', lastDoneOn: '2026-01-02', lastDoneHours: '10', firstDueOn: '2026-03-04' }
  expect(readSchedule({ ...form, begin: 'LAST' }, 'e', 'en-GB').input).toMatchObject({ lastDoneOn: '2026-01-02', lastDoneHours: '10' })
  expect(readSchedule({ ...form, begin: 'LAST' }, 'e', 'en-GB').input).not.toHaveProperty('firstDueOn')
  const first = readSchedule({ ...form, begin: 'FIRST' }, 'e', 'en-GB').input
  expect(first).toMatchObject({ firstDueOn: '2026-03-04' })
  expect(first).not.toHaveProperty('lastDoneOn')
  expect(readSchedule(form, 'e', 'en-GB').input).not.toHaveProperty('lastDoneHours')
})

test('a service says when it comes, when it is due and what is forecast', () => {
  expect(intervalText(english, { intervalDays: 90, intervalHours: '500.0' })).toBe('every 90 days or every 500\u00a0h')
  expect(intervalText(spanish, { intervalDays: 1, intervalHours: null })).toBe('cada día')
  expect(targetText(english, { category: 'Crane', manufacturer: null, model: null })).toBe('for all of category Crane')
  expect(targetText(english, { category: null, manufacturer: 'Liebherr', model: 'R 922' })).toBe('for all Liebherr R 922')
  expect(targetText(english, { category: null, manufacturer: null, model: null })).toBeNull()
  expect(dueText(english, { dueOn: '2031-03-04', dueHours: '5200.0' })).toBe('Due 4 Mar 2031 or at 5,200\u00a0h')
  expect(dueText(spanish, { dueOn: null, dueHours: '5200.0' })).toBe('Toca a las 5.200\u00a0h')
  expect(dueText(english, { dueOn: null, dueHours: null })).toBe('It is unknown when it is due')
})

test('a forecast has its range, or the reason why there is none', () => {
  const forecast = { on: '2031-03-10', earliest: '2031-03-05', latest: '2031-03-20', nullReason: null }
  expect(forecastText(english, forecast)).toBe('Forecast: 10 Mar 2031 (5 Mar 2031 to 20 Mar 2031)')
  expect(forecastText(english, { ...forecast, latest: null })).toBe('Forecast: 10 Mar 2031 (5 Mar 2031 or later)')
  expect(forecastText(english, { ...forecast, earliest: '2031-03-10', latest: '2031-03-10' })).toBe('Forecast: 10 Mar 2031')
  const none = { on: null, earliest: null, latest: null }
  expect(forecastText(english, { ...none, nullReason: 'NO_READINGS' })).toBe('No forecast: the meter was not read yet')
  expect(forecastText(english, { ...none, nullReason: 'NOT_BY_HOURS' })).toBeNull()
})
