import { expect, test } from 'vitest'
import { readable } from './readable'

const id = (kind: string, n: number) => `${kind}_${String(n).padStart(26, '0')}`

test('a reason of the server has names instead of ids, and the moments of the company', () => {
  const names = new Map([
    [id('operator', 1), 'Ada Diaz'],
    [id('equipment', 2), 'Crane'],
  ])
  const period = `(${id('assignment', 3)}, from 2026-11-25T15:48:33.732Z to 2026-11-26T15:48:34Z)`
  const text = `with operator ${id('operator', 1)} ${period} and operator ${id('operator', 4)}; ${id('equipment', 2)}, too`
  const plan = `Ada Diaz is planned from 2026-11-25T15:48:33Z on (${id('assignmentplan', 5)}): cancel that`
  const day = (at: string) => at.slice(8, 10)
  expect(readable(text, names, day)).toBe(`with operator Ada Diaz (from 25 to 26) and operator ${id('operator', 4)}; Crane, too`)
  expect(readable(plan, new Map(), day)).toBe('Ada Diaz is planned from 25 on: cancel that')
})
