import { expect, test } from 'vitest'
import { en } from '../../i18n/en'
import { es } from '../../i18n/es'
import { createFormats } from '../../i18n/formats'
import type { ScheduleDetail } from './schedule'
import { newSchedule, newScheduleInput, readSchedule, scheduleChanges, scheduleForm, type ScheduleForm } from './schedule-form'
import { dueText, forecastText, intervalText, targetText } from './service-text'

const company = { currency: 'EUR', timeZone: 'Europe/Madrid' }
const english = { t: en, fmt: createFormats('en-GB', company) }
const spanish = { t: es, fmt: createFormats('es-ES', company) }

const read = (form: ScheduleForm, locale = 'en-GB', ofOneMachine = true) => readSchedule(form, ofOneMachine, locale)

test('a new schedule has an interval in whole days, in hours, or in both', () => {
  const form = { ...newSchedule, title: ' Oil ', intervalDays: '90', intervalHours: '500,50' }
  const { values, problems } = read(form, 'es-ES')
  expect(problems).toEqual({})
  expect(newScheduleInput(values, 'e')).toEqual({
    equipmentId: 'e',
    title: 'Oil',
    kind: 'PREVENTIVE',
    recurrence: 'FROM_COMPLETION',
    leadDays: 14,
    intervalDays: 90,
    intervalHours: '500.5',
  })
  expect(read({ ...form, recurrence: 'FIXED' }, 'es-ES').problems).toEqual({ recurrence: 'oneInterval' })
  expect(read({ ...form, title: ' ', intervalDays: '9,5', intervalHours: 'x', leadDays: '' }, 'es-ES').problems).toEqual({
    title: 'required',
    intervalDays: 'wholeDays',
    intervalHours: 'number',
    leadDays: 'wholeDays',
  })
  expect(read(newSchedule).problems).toEqual({ title: 'required', intervalDays: 'intervalNeeded' })
})

test('a schedule begins after the last time or with the first one, and has nothing of the other', () => {
  const begun = { lastDoneOn: '2026-01-02', lastDoneHours: '10', firstDueOn: '2026-03-04', firstDueHours: '20' }
  const form = { ...newSchedule, ...begun, title: 'Oil', intervalDays: '90', intervalHours: '250' }
  const beginOf = ({ values: v }: ReturnType<typeof read>) => [v.lastDoneOn, v.lastDoneHours, v.firstDueOn, v.firstDueHours]
  expect(beginOf(read(form))).toEqual([null, null, null, null])
  expect(beginOf(read({ ...form, begin: 'LAST' }))).toEqual(['2026-01-02', '10', null, null])
  expect(beginOf(read({ ...form, begin: 'FIRST' }))).toEqual([null, null, '2026-03-04', '20'])
  expect(beginOf(read({ ...form, begin: 'BOTH' }))).toEqual(['2026-01-02', '10', '2026-03-04', '20'])
  // What no interval counts has no beginning, and machines differ in their hours.
  expect(beginOf(read({ ...form, begin: 'FIRST', intervalDays: '' }))).toEqual([null, null, null, '20'])
  expect(beginOf(read({ ...form, begin: 'BOTH', intervalHours: '' }))).toEqual(['2026-01-02', null, '2026-03-04', null])
  expect(beginOf(read({ ...form, begin: 'LAST' }, 'en-GB', false))).toEqual(['2026-01-02', null, null, null])
})

const schedule: ScheduleDetail = {
  id: 'service_schedule_1',
  version: 3,
  createdAt: '2026-01-01T00:00:00Z',
  title: 'Oil',
  kind: 'PREVENTIVE',
  category: null,
  manufacturer: null,
  model: null,
  intervalDays: 90,
  intervalHours: '1500.0',
  recurrence: 'FROM_COMPLETION',
  lastDoneOn: '2026-01-02',
  lastDoneHours: '1200.5',
  firstDueOn: null,
  firstDueHours: null,
  leadDays: 14,
  leadHours: '50.0',
  estimatedCost: '1637.50',
  estimatedHours: '2.25',
  pauses: [],
}

test('a schedule that is edited sends what was changed alone, and null for what it no longer has', () => {
  for (const [fmt, locale] of [
    [english.fmt, 'en-GB'],
    [spanish.fmt, 'es-ES'],
  ] as const) {
    const form = scheduleForm(schedule, fmt)
    const start = read(form, locale)
    expect(start.problems).toEqual({})
    expect(start.values).toMatchObject({ intervalHours: '1500', lastDoneHours: '1200.5', estimatedCost: '1637.5' })
    const changes = (fields: Partial<ScheduleForm>) => scheduleChanges(read({ ...form, ...fields }, locale).values, start.values)
    expect(changes({})).toEqual({})
    expect(changes({ title: ' Oil ', intervalHours: '1500', leadHours: locale === 'es-ES' ? '50,00' : '50.00' })).toEqual({})
    expect(changes({ title: 'Oil and filters', leadDays: '7' })).toEqual({ title: 'Oil and filters', leadDays: 7 })
    expect(changes({ begin: 'NOW', estimatedCost: '' })).toEqual({ lastDoneOn: null, lastDoneHours: null, estimatedCost: null })
    expect(changes({ intervalHours: '' })).toEqual({ intervalHours: null, lastDoneHours: null, leadHours: null })
  }
})

test('a form begins as its schedule does', () => {
  const beginOf = (fields: Partial<ScheduleDetail>) => scheduleForm({ ...schedule, ...fields }, english.fmt).begin
  expect(beginOf({})).toBe('LAST')
  expect(beginOf({ lastDoneOn: null, lastDoneHours: null })).toBe('NOW')
  expect(beginOf({ lastDoneOn: null, lastDoneHours: null, firstDueOn: '2026-03-04' })).toBe('FIRST')
  expect(beginOf({ lastDoneHours: null, firstDueHours: '20.0' })).toBe('BOTH')
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
