// The audits of the GraphQL over HTTP specification, against FLEET_URL.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverAudits } from 'graphql-http'

const url = process.env.FLEET_URL
assert.ok(url, 'FLEET_URL names the GraphQL endpoint')

for (const audit of serverAudits({ url })) {
  test(`${audit.id} ${audit.name}`, async (t) => {
    const result = await audit.fn()
    if (result.status === 'ok') return
    if (audit.name.startsWith('MAY')) {
      t.diagnostic(`${result.status}: ${result.reason}`)
      return
    }
    assert.fail(result.reason)
  })
}
