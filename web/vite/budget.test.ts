import { expect, test } from 'vitest'
import { violations } from './budget.ts'

test('what is over its limit fails the build, in words', () => {
  expect(violations({ dashboard: 160_000, routes: { work: 100_000 }, css: 30_000 })).toEqual([])
  expect(violations({ dashboard: 160_001, routes: { work: 100_100 }, css: 31_000 })).toEqual([
    'JavaScript of the dashboard: 160.0 kB, at most 160 kB',
    'JavaScript of work beyond the frame: 100.1 kB, at most 100 kB',
    'style sheets: 31.0 kB, at most 30 kB',
  ])
})
