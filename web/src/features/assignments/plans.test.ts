import { expect, test } from 'vitest'
import { newPlan, readPlan } from './plan-form'

const now = new Date('2026-11-28T12:00:00Z')
const read = (fields: Partial<typeof newPlan>, zone = 'Europe/Madrid') => readPlan({ ...newPlan, ...fields }, zone, now)

test('the times of a plan are those of the zone of the company', () => {
  const form = { operatorId: 'operator_1', startsAt: '2026-12-01T07:00', endsAt: '2027-07-01T15:00', reason: ' leave ' }
  expect(read(form)).toEqual({
    input: { operatorId: 'operator_1', startsAt: '2026-12-01T06:00:00.000Z', endsAt: '2027-07-01T13:00:00.000Z', reason: 'leave' },
    problems: {},
  })
  expect(read(form, 'America/Bogota').input.startsAt).toBe('2026-12-01T12:00:00.000Z')
})

test('a plan without an operator and an end leaves both out', () => {
  const form = { isWithout: true, operatorId: 'operator_1', startsAt: '2026-12-01T07:00' }
  expect(read(form)).toEqual({ input: { startsAt: '2026-12-01T06:00:00.000Z' }, problems: {} })
})

test('a plan begins in the future, ends after it begins, and all of it is within a year', () => {
  expect(read({}).problems).toEqual({ operatorId: 'required', startsAt: 'required' })
  const of = (startsAt: string, endsAt = '') => read({ isWithout: true, startsAt, endsAt }).problems
  expect(of('2026-11-28T13:00')).toEqual({ startsAt: 'past' })
  expect(of('2026-11-28T13:01')).toEqual({})
  expect(of('2027-11-28T13:00', '2027-11-28T13:01')).toEqual({ endsAt: 'far' })
  expect(of('2027-11-28T13:01')).toEqual({ startsAt: 'far' })
  expect(of('2026-12-01T07:00', '2026-12-01T07:00')).toEqual({ endsAt: 'order' })
  expect(of('2026-12-01T07:00', '2026-12')).toEqual({ endsAt: 'required' })
})
