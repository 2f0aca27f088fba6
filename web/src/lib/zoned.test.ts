import { expect, test } from 'vitest'
import { fromZoned, toZoned } from './zoned'

test('what is entered is a moment in the time zone of the company, summer and winter', () => {
  expect(fromZoned('2026-07-01T08:30', 'Europe/Madrid')).toBe('2026-07-01T06:30:00.000Z')
  expect(fromZoned('2026-12-01T08:30', 'Europe/Madrid')).toBe('2026-12-01T07:30:00.000Z')
  expect(fromZoned('2026-12-01T20:00', 'America/Lima')).toBe('2026-12-02T01:00:00.000Z')
  expect(fromZoned('2026-03-01T00:05', 'Asia/Kathmandu')).toBe('2026-02-28T18:20:00.000Z')
})

test('a time that does not occur is later, and of one that occurs twice it is the first', () => {
  expect(fromZoned('2026-03-29T02:30', 'Europe/Madrid')).toBe('2026-03-29T01:30:00.000Z')
  expect(fromZoned('2026-10-25T02:30', 'Europe/Madrid')).toBe('2026-10-25T00:30:00.000Z')
})

test('every hour of a year comes back as it was written, but for those that occur twice', () => {
  for (const zone of ['Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'UTC']) {
    let differ = 0
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 3_600_000) {
      const text = toZoned(new Date(at), zone)
      const back = fromZoned(text, zone)
      expect(back && toZoned(back, zone)).toBe(text)
      if (back !== new Date(at).toISOString()) differ++
    }
    expect(differ).toBeLessThanOrEqual(1)
  }
})

test('what is no time is none', () => {
  expect(fromZoned('', 'UTC')).toBeNull()
  expect(fromZoned('2026-13-45T99:00', 'UTC')).toBeNull()
})
