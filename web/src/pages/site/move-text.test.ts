import { expect, test } from 'vitest'
import { sitePages as texts } from '../../i18n/en/site-pages'
import { machineOf, moveText, withoutSite } from './move-text'

const change = (field: string, from: string | null, to: string | null) => ({ field, from, to })
const entry = (...changes: ReturnType<typeof change>[]) => ({ action: 'SITE_MOVED' as const, changes })
const text = (e: Parameters<typeof moveText>[0]) => moveText(e, texts, (at) => at)

test('a move is told as an arrival, a departure, or a stay that was recorded afterwards', () => {
  const machine = change('equipment', null, 'equipment_1')
  expect(text(entry(machine, change('arrivedAt', null, 'Monday')))).toBe('arrived on Monday')
  const leaving = entry(change('equipment', 'equipment_1', 'equipment_1'), change('leftAt', null, 'Friday'))
  expect(text(leaving)).toBe('left on Friday')
  expect(machineOf(leaving)).toBe('equipment_1')
  expect(text(entry(machine, change('arrivedAt', null, 'Monday'), change('leftAt', null, 'Friday')))).toBe('was here from Monday to Friday')
  expect(text({ ...leaving, action: 'SITE_MOVE_CORRECTED' })).toBeNull()
  expect(machineOf({ action: 'UPDATED', changes: [change('name', 'a', 'b')] })).toBeNull()
})

test('the site of the page is left out of its history; another one that a move was corrected to stays', () => {
  expect(withoutSite(entry(change('site', 'site_1', 'site_1')), 'site_1').changes).toEqual([])
  expect(withoutSite(entry(change('site', 'site_1', 'site_2')), 'site_1').changes).toHaveLength(1)
})
