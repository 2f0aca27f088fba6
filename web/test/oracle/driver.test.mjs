/* global AbortController, TextDecoderStream */
// Random operations of every kind are executed over every transport, with good
// and bad values: the server lives, nothing is INTERNAL, no goroutine is left, and no answer costs more
// than was estimated.
// FLEET_DRIVER_OPERATIONS sets how many, FLEET_TEST_SEED repeats a run.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { numbers } from '../live/cuts.mjs'
import { freePort, Server } from '../live/server.mjs'
import { until } from '../live/until.mjs'
import { Generator } from './generate.mjs'
import { schemaOf } from './judge.mjs'

const seed = Number(process.env.FLEET_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const operations = Number(process.env.FLEET_DRIVER_OPERATIONS ?? 1500)
const atOnce = 8

/** The first result of an operation, over each transport. */
const over = {
  async http(server, query, variables) {
    const answer = await post(server, query, variables, 'application/json')
    return answer.json()
  },
  async sse(server, query, variables) {
    const ended = new AbortController()
    const answer = await post(server, query, variables, 'text/event-stream', ended.signal)
    let text = ''
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      text += part
      const event = /^data: (\{.*)\n\n/m.exec(text)
      if (!event) continue
      ended.abort()
      return JSON.parse(event[1])
    }
    throw new Error(`the stream ended without a result: ${text}`)
  },
  websocket(server, query, variables) {
    return new Promise((resolve, reject) => {
      const done = server.socket.subscribe(
        { query, variables: JSON.parse(variables) },
        {
          next(result) {
            resolve(result)
            done()
          },
          error: (err) => (Array.isArray(err) ? resolve({ errors: err }) : reject(err)),
          complete: () => resolve({}),
        },
      )
    })
  },
}

function post(server, query, variables, accept, signal) {
  return fetch(server.url, {
    method: 'POST',
    signal,
    headers: { ...server.headers, accept, 'content-type': 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  })
}

test(`${operations} operations end no server (FLEET_TEST_SEED=${seed})`, { timeout: 3_600_000 }, async (t) => {
  const server = await Server.create()
  t.after(() => server.remove())
  const metrics = `127.0.0.1:${await freePort()}`
  server.env.FLEET_METRICS_ADDR = metrics
  await server.start()
  const goroutines = async () => Number(/^go_goroutines (\d+)/m.exec(await (await fetch(`http://${metrics}/metrics`)).text())[1])
  const random = numbers(seed)
  const generator = new Generator(schemaOf(server.command('schema')), random)
  await server.ask('{ viewer { id } }')
  const before = await goroutines()
  server.socket = createClient({
    url: server.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: server.headers.authorization },
    lazyCloseTimeout: 1000,
    retryAttempts: 5,
    shouldRetry: (event) => event?.code === 1013, // on a busy machine: try again later
  })
  const internal = []
  const above = []
  let counted = 0
  const codes = {}

  async function execute() {
    const kind = ['query', 'mutation', 'subscription'][Math.floor(random() * 3)]
    const transports = kind === 'subscription' ? ['sse', 'websocket'] : ['http', 'sse', 'websocket']
    const transport = transports[Math.floor(random() * transports.length)]
    const { query, variables } = generator.next(kind)
    const { errors = [], extensions } = await over[transport](server, query, variables)
    const { requested, actual } = extensions?.cost ?? {}
    if (actual > requested) above.push(`${actual} above ${requested}\n${query}\n${variables}`)
    if (actual > 0) counted++
    for (const { message, extensions } of errors) {
      codes[extensions.code] = (codes[extensions.code] ?? 0) + 1
      if (extensions.code === 'INTERNAL') internal.push(`${message}\n${query}\n${variables}`)
    }
    if (errors.length === 0) codes.none = (codes.none ?? 0) + 1
  }

  let left = operations
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await execute()
    }),
  )
  t.diagnostic(JSON.stringify(codes))
  await server.socket.dispose()
  assert.deepEqual(internal.slice(0, 5), [], `${internal.length} INTERNAL errors`)
  assert.deepEqual(above.slice(0, 5), [], `${above.length} answers cost more than was estimated`)
  assert.ok(counted > operations / 10, `only ${counted} answers have a cost`)
  assert.doesNotMatch(server.log, /level=ERROR|msg=panic/)
  assert.equal(server.process.exitCode, null, 'the server has ended')
  assert.ok(codes.none > operations / 10 && codes.BAD_INPUT > operations / 10, 'the operations are too much alike')
  // Connections that are kept alive have goroutines; they end soon.
  await until('the goroutines to end', async () => (await goroutines()) <= before + 6)
})
