// The reference clients subscribe to a fleet through a proxy that cuts
// connections, while it changes and the server restarts: they miss no change.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient as createStreams } from 'graphql-sse'
import { createClient as createSockets } from 'graphql-ws'
import WebSocket from 'ws'
import { Copy, load, subjects } from './copy.mjs'
import { CuttingProxy, numbers } from './cuts.mjs'
import { Server } from './server.mjs'
import { until } from './until.mjs'
import { Writer } from './writer.mjs'

const seed = Number(process.env.FLEET_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const rounds = 8

const figures = `totalEquipment activeEquipment averageCost totalValue sequence`

/** The two clients, which retry without end. */
function clientsAt(port, headers) {
  const pause = () => sleep(20)
  const again = { retryAttempts: Infinity, shouldRetry: () => true }
  class Socket extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers })
    }
  }
  return {
    'graphql-ws': createSockets({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: Socket, retryWait: pause, ...again }),
    'graphql-sse': createStreams({ url: `http://127.0.0.1:${port}/graphql`, headers, retry: pause, ...again }),
  }
}

/** Follows the fleet through a client. */
class Follower {
  constructor(client, ask) {
    this.client = client
    this.copies = Object.values(subjects).map((subject) => new Copy(subject, ask))
    this.failures = []
    for (const copy of this.copies) this.follow(copy.subject.news + copy.subject.row, (data) => copy.take(data))
    this.follow(`subscription { dashboardStats { ${figures} } }`, (data) => (this.figures = data.dashboardStats))
  }

  follow(query, take) {
    const next = ({ data, errors }) => (errors ? this.failures.push(errors) : take(data))
    this.client.subscribe(
      { query },
      { next, error: (err) => this.failures.push(err), complete: () => this.failures.push(`${query} ended`) },
    )
  }
}

test(`nothing is missed, whatever is cut off (FLEET_TEST_SEED=${seed})`, { timeout: 1_200_000 }, async (t) => {
  const random = numbers(seed)
  const ends = [] // cleanups, run in reverse order
  t.after(async () => {
    for (const end of ends.reverse()) await end()
  })
  const server = await Server.create()
  ends.push(() => server.remove())
  await server.start()
  const proxy = await CuttingProxy.create(server.port, random)
  ends.push(() => proxy.close())

  // Loads are repeated until the server has restarted.
  const patient = async (query, variables) => {
    let answer
    await until('an answer', async () => {
      answer = await server.ask(query, variables).catch((err) => {
        if (err.cause === undefined) throw err // it answered
      })
      return answer !== undefined
    })
    return answer
  }
  const followers = Object.entries(clientsAt(proxy.port, server.headers)).map(([name, client]) => [name, new Follower(client, patient)])
  ends.push(() => Promise.all(followers.map(([, f]) => f.client.dispose())))
  await until('the first figures', () => followers.every(([, f]) => f.figures && f.copies.every((c) => c.resyncs > 0)))

  const writer = new Writer((query, variables) => server.ask(query, variables), random)
  for (let round = 1; round <= rounds; round++) {
    for (let n = 0; n < 30; n++) {
      await writer.write()
      if (random() < 0.15) proxy.cut()
      if (random() < 0.1) await sleep(random() * 200)
    }
    proxy.cut()
    await writer.write() // while no client is connected
    if (round === rounds / 2) {
      await server.stop()
      await server.start()
    }
    proxy.mend()
    await allRight(followers, patient)
    // Without a cut nothing makes them load again: they are right by events alone.
    for (let n = 0; n < 20; n++) await writer.write()
    await allRight(followers, patient)
  }
  for (const [name, { copies }] of followers) {
    for (const { resyncs, news } of copies) assert.ok(resyncs > rounds && news > rounds, `${name}: ${resyncs} times anew, ${news} news`)
  }
  t.diagnostic(`${writer.count} changes, ${proxy.cuts} connections cut, ${proxy.refused} turned away`)
})

/** Waits until every follower shows what the server says. */
async function allRight(followers, ask) {
  const { dashboardStats } = await ask(`{ dashboardStats { ${figures} } }`)
  for (const [name, follower] of followers) {
    for (const copy of follower.copies) {
      const wanted = await load(copy.subject, ask)
      assert.ok(wanted.size > 0)
      await until(`${name}'s copy to be right`, async () => {
        await copy.settled()
        return same(copy.rows, wanted)
      }).catch((err) => assert.deepEqual([...copy.rows].sort(), [...wanted].sort(), err.message))
    }
    await until(`${name}'s figures to be the newest`, () => same(follower.figures, dashboardStats))
    assert.deepEqual(follower.failures, [], name)
  }
}

/** Whether two values, or the same keys of two maps, are equal. */
function same(a, b) {
  if (a instanceof Map) return a.size === b.size && [...a].every(([key, value]) => same(value, b.get(key)))
  return JSON.stringify(a) === JSON.stringify(b)
}
