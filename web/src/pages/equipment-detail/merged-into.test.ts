import { expect, test } from 'vitest'
import { mergedInto } from './merged-into'

const entry = (action: 'MERGED' | 'UNMERGED' | 'DELETED' | 'UPDATED', ...changes: [string, string][]) => ({
  action,
  changes: changes.map(([field, to]) => ({ field, from: null, to })),
})
const asDuplicate = entry('MERGED', ['equipment', 'equipment_1'], ['equipmentName', 'Crane'])
const asMachine = entry('MERGED', ['duplicate', 'equipment_2'], ['duplicateName', 'Crane again'])

test('a machine is merged into another one until the merge is taken back', () => {
  expect(mergedInto([asDuplicate, entry('UPDATED')])).toEqual({ id: 'equipment_1', name: 'Crane' })
  expect(mergedInto([entry('UPDATED'), asDuplicate])).toEqual({ id: 'equipment_1', name: 'Crane' })
  expect(mergedInto([entry('DELETED'), entry('UNMERGED'), asDuplicate])).toBeNull()
  expect(mergedInto([entry('DELETED'), asMachine])).toBeNull()
  expect(mergedInto([asMachine])).toBeNull()
  expect(mergedInto([])).toBeNull()
})
