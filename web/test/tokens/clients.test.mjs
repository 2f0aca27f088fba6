// The reference clients against the server at FLEET_URL, with access tokens that
// end while they subscribe. POST FLEET_CONTROL/token returns a new token, POST
// FLEET_CONTROL/<how> ends all tokens in that way, POST FLEET_CONTROL/change
// changes a machine.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient as createStreams } from 'graphql-sse'
import { createClient as createSockets } from 'graphql-ws'
import WebSocket from 'ws'

const url = process.env.FLEET_URL
const control = process.env.FLEET_CONTROL
assert.ok(url && control, 'FLEET_URL and FLEET_CONTROL name the server')

const ask = async (what) => {
  const answer = await fetch(`${control}/${what}`, { method: 'POST' })
  assert.equal(answer.status, 200)
  return answer.text()
}
const bearer = async () => ({ Authorization: `Bearer ${await ask('token')}` })
const patient = { retryAttempts: 100, retryWait: () => sleep(20), retry: () => sleep(20) }
const query = 'subscription { equipmentChanged { change id } }'

/** Two tokens end; before each and after them the subscription gets an event. */
async function outlives(client, how) {
  let resyncs = 0
  for await (const { data, errors } of client.iterate({ query })) {
    assert.equal(errors, undefined)
    if (data.equipmentChanged.change === 'RESYNC') {
      resyncs++
      await ask(resyncs < 3 ? how : 'change')
    } else if (resyncs === 3) {
      assert.equal(data.equipmentChanged.change, 'UPDATED')
      break
    }
  }
  assert.equal(resyncs, 3)
  client.dispose()
}

for (const how of ['revoke', 'expire', 'disable', 'demote']) {
  for (const [shape, connectionParams] of Object.entries({ plain: bearer, headers: async () => ({ headers: await bearer() }) })) {
    test(`graphql-ws subscribes again with a new token, ${shape}, after ${how}`, async () => {
      const codes = []
      const on = { closed: ({ code }) => codes.push(code) }
      await outlives(createSockets({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams, on, ...patient }), how)
      assert.deepEqual(codes.slice(0, 2), [4403, 4403])
    })
  }
  test(`graphql-sse subscribes again with a new token after ${how}`, async () => {
    await outlives(createStreams({ url, headers: bearer, ...patient }), how)
  })
}
