// No change of the schema breaks a client unless it is written down.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaking, lastRelease, present, writtenDown } from './changes.mjs'

test('changes that break clients are written down in docs/schema/breaking-changes.txt', () => {
  const found = breaking(lastRelease(), present())
  const written = writtenDown()
  assert.deepEqual(
    found.filter((change) => !written.includes(change)),
    [],
    'not written down',
  )
  assert.deepEqual(
    written.filter((change) => !found.includes(change)),
    [],
    'written down, but there is no such change',
  )
})

test('a removed field, a new required argument, another type and a removed enum value break clients', () => {
  const before = 'type Query { a: Int b(c: Int): Kind }\nenum Kind { ONE TWO }'
  const now = 'type Query { b(c: Int d: Int!): Kind! }\nenum Kind { ONE }'
  const types = breaking(before, now).map((change) => change.split(':')[0])
  assert.deepEqual(types.sort(), ['FIELD_REMOVED', 'REQUIRED_ARG_ADDED', 'VALUE_REMOVED_FROM_ENUM'])
  assert.deepEqual(breaking('type Query { a: Int! }', 'type Query { a: Int }'), [
    'FIELD_CHANGED_KIND: Query.a changed type from Int! to Int.',
  ])
  assert.deepEqual(breaking('type Query { a: Int }', 'type Query { a: Int! b: Int }'), [])
})
