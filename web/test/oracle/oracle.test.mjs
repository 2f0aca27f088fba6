// graphql-js and the server judge the same random requests, good and bad: what
// one accepts the other accepts. The server estimates and executes nothing.
// FLEET_ORACLE_PAIRS sets how many, FLEET_TEST_SEED repeats a run.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { numbers } from '../live/cuts.mjs'
import { Server } from '../live/server.mjs'
import { Generator } from './generate.mjs'
import { refusal, schemaOf } from './judge.mjs'

const seed = Number(process.env.FLEET_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const pairs = Number(process.env.FLEET_ORACLE_PAIRS ?? 2000)
const atOnce = 8

test(`${pairs} requests are judged as graphql-js judges them (FLEET_TEST_SEED=${seed})`, { timeout: 1_200_000 }, async (t) => {
  const server = await Server.create()
  t.after(() => server.remove())
  await server.start()
  const schema = schemaOf(server.command('schema'))
  const generator = new Generator(schema, numbers(seed))
  const differences = []
  let accepted = 0

  async function judge({ query, variables }) {
    const theirs = refusal(schema, query, JSON.parse(variables))
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { ...server.headers, 'content-type': 'application/json', 'fleet-estimate': 'true' },
      body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
    })
    const { errors } = await answer.json()
    const [ours] = errors ?? []
    if (ours) assert.equal(ours.extensions.code, 'BAD_INPUT', `${ours.message}\n${query}\n${variables}`)
    else accepted++
    if (!ours !== !theirs) differences.push(`${query}\n${variables}\n  graphql-js: ${theirs}\n  server: ${ours?.message}`)
  }

  let left = pairs
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await judge(generator.next())
    }),
  )
  t.diagnostic(`${accepted} of ${pairs} accepted`)
  assert.equal(differences.length, 0, `${differences.length} differences, such as\n${differences.slice(0, 5).join('\n\n')}`)
  assert.ok(accepted > pairs / 10 && accepted < (pairs * 9) / 10, `${accepted} of ${pairs} accepted: the requests are too much alike`)
})
