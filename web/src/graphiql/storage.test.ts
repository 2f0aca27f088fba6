import { expect, test } from 'vitest'
import { hasSecrets } from './storage'

test.each([
  ['{ viewer { name } }', ''],
  ['query Q($search: String) { equipmentList(filter: { search: $search }) { totalCount } }', '{ "search": "token of love" }'],
  ['mutation M($password: String!) { resetPassword(input: { newPassword: $password }) { errors { code } } }', '{ "password": "" }'],
  ['{ accessTokens { name } }', '{ "n": 1 }'],
])('%s with %s has no secret', (document, variables) => {
  expect(hasSecrets(document, variables)).toBe(false)
})

test.each([
  ['mutation { changePassword(input: { currentPassword: "a", newPassword: $b }) { errors { code } } }', ''],
  ['{ viewer { name } } # fleet_pat_AAAA', ''],
  ['{ viewer { name } }', '{ "newPassword": "hunter2" }'],
  ['{ viewer { name } }', '{ "a": "fleet_pat_AAAA" }'],
])('%s with %s has a secret', (document, variables) => {
  expect(hasSecrets(document, variables)).toBe(true)
})
