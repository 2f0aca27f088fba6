import { expect, test } from 'vitest'
import { siteChanges, siteForm, siteValues } from './site-form'

const site = {
  id: 'site_1',
  version: 3,
  name: 'North yard',
  code: 'S-1',
  address: null,
  timeZone: null,
  createdAt: '2026-01-01T00:00:00Z',
  deletedAt: null,
  equipment: { totalCount: 2 },
}

test('a form of a site sends what was changed alone, and null for what was emptied', () => {
  const start = siteForm(site)
  expect(siteChanges(start, start)).toEqual({})
  expect(siteChanges({ ...start, name: ' North yard ' }, start)).toEqual({})
  expect(siteChanges({ ...start, code: '  ', address: 'Quay 7 ' }, start)).toEqual({ code: null, address: 'Quay 7' })
})

test('a new site has null for what was left empty', () => {
  expect(siteValues({ ...siteForm(null), name: ' Pit ' })).toEqual({ name: 'Pit', code: null, address: null, timeZone: null })
})
