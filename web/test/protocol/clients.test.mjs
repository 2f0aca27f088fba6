// The reference clients against the schema of internal/transport/testschema at
// FLEET_URL. POST FLEET_CONTROL/cut cuts its connections, POST
// FLEET_CONTROL/restart restarts it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient as createStreams } from 'graphql-sse'
import { createClient as createSockets } from 'graphql-ws'
import WebSocket from 'ws'

const url = process.env.FLEET_URL
const control = process.env.FLEET_CONTROL
assert.ok(url && control, 'FLEET_URL and FLEET_CONTROL name the server')

// The two name the pause between attempts differently.
const patient = { retryAttempts: 10, retryWait: () => sleep(20), retry: () => sleep(20) }
const clients = {
  'graphql-ws': () => createSockets({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, ...patient }),
  'graphql-sse': () => createStreams({ url, ...patient }),
}

/** Asks for something to happen to the server; a cut also cuts this off. */
const happen = (what) => fetch(`${control}/${what}`, { method: 'POST', headers: { connection: 'close' } }).catch(() => undefined)

/** All results of an operation. */
async function all(client, query, variables) {
  const results = []
  for await (const result of client.iterate({ query, variables })) results.push(result)
  return results
}

for (const [name, create] of Object.entries(clients)) {
  test(`${name} carries queries, mutations and subscriptions`, async () => {
    const client = create()
    assert.deepEqual(await all(client, 'query ($t: String) { echo(text: $t) }', { t: 'ünïcode' }), [{ data: { echo: 'ünïcode' } }])
    assert.equal((await all(client, 'mutation { increment }')).length, 1)
    assert.deepEqual(
      await all(client, 'subscription { count(to: 3) }'),
      [1, 2, 3].map((count) => ({ data: { count } })),
    )
    const [failed] = await all(client, '{ fail(code: "CONFLICT") hello }')
    assert.deepEqual(failed.data, { fail: null, hello: 'world' })
    assert.equal(failed.errors[0].extensions.code, 'CONFLICT')
    client.dispose()
  })

  test(`${name} is told what is wrong with a request`, async () => {
    const client = create()
    let errors
    try {
      errors = (await all(client, 'subscription { nothing }'))[0].errors
    } catch (thrown) {
      errors = thrown
    }
    assert.equal(errors[0].extensions.code, 'BAD_INPUT')
    assert.match(errors[0].message, /nothing/)
    client.dispose()
  })

  for (const what of ['cut', 'restart']) {
    test(`${name} comes again after a ${what}`, async () => {
      const client = create()
      let begun = 0
      for await (const result of client.iterate({ query: 'subscription { once }' })) {
        assert.deepEqual(result, { data: { once: 1 } })
        begun++
        if (begun === 3) break
        await happen(what)
      }
      assert.equal(begun, 3)
      client.dispose()
    })
  }
}

test('a client that initialises twice is closed with 4429', async () => {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws')
  socket.on('open', () => {
    socket.send('{"type":"connection_init"}')
    socket.send('{"type":"connection_init"}')
  })
  const [code, reason] = await new Promise((resolve) => socket.on('close', (...closed) => resolve(closed)))
  assert.deepEqual([code, String(reason)], [4429, 'Too many initialisation requests'])
})
