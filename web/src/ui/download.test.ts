import { expect, test } from 'vitest'
import { exportUrl } from './download'

test('the address of an export has the filter and the order of the list', () => {
  const filter = { search: 'Bagger & Söhne', status: ['ACTIVE', 'RETIRED'] }
  const url = new URL(exportUrl('equipment', 'xlsx', { filter, orderBy: 'NAME_ASC' }), 'https://fleet.example.com')
  expect(url.pathname).toBe('/export/equipment.xlsx')
  expect(JSON.parse(url.searchParams.get('filter') ?? '')).toEqual(filter)
  expect(url.searchParams.get('orderBy')).toBe('NAME_ASC')
})
