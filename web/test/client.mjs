// What the tests of the client share: operations as the demo's manager, a proxy that cuts connections, and axe.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { createRequire } from 'node:module'
import { base } from './page.mjs'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Executes an operation at the server, beside the browser. */
export async function graphql(query, variables = {}) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await response.json()
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data
}

/** Executes a mutation that has to succeed, beside the browser, and returns what is selected of its payload. */
export async function mutate(name, input, selected = '') {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input!`
  const { payload } = await graphql(`mutation ($input: ${type}) { payload: ${name}(input: $input) { ${selected} errors { message } } }`, {
    input,
  })
  assert.deepEqual(payload.errors, [])
  return payload
}

/** Returns the zone of the company, in which its times are. */
export async function companyZone() {
  const { viewer } = await graphql('{ viewer { company { timeZone } } }')
  return viewer.company.timeZone
}

/** Returns the day that it is n days from now in the zone of the company. */
export async function dayIn(n) {
  return new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv', { timeZone: await companyZone() })
}

let people = 0

/** Adds an operator to the company, with a name of its own. */
export async function addOperator(firstName) {
  const lastName = `Test${process.pid}x${++people}`
  const { operator } = await mutate('createOperator', { firstName, lastName }, 'operator { id }')
  return { id: operator.id, name: `${firstName} ${lastName}` }
}

let made = 0

/** Adds a machine to the fleet. */
export async function addMachine(fields = {}) {
  const name = `Test machine ${process.pid}-${++made}`
  const { createEquipment } = await graphql(
    `
      mutation ($input: CreateEquipmentInput!) {
        createEquipment(input: $input) {
          equipment {
            id
            name
            version
          }
          errors {
            message
          }
        }
      }
    `,
    { input: { name, category: 'Test category', ...fields } },
  )
  return createEquipment.equipment
}

export async function removeMachine(id) {
  await graphql(
    `
      mutation ($id: ID!) {
        deleteEquipment(input: { equipmentId: $id }) {
          deletedId
        }
      }
    `,
    { id },
  )
}

/** Changes a machine, as another user would. */
export async function change(id, fields) {
  const { equipment } = await graphql(
    `
      query ($id: ID!) {
        equipment(id: $id) {
          version
        }
      }
    `,
    { id },
  )
  const input = { equipmentId: id, expectedVersion: equipment.version, ...fields }
  const { updateEquipment } = await graphql(
    `
      mutation ($input: UpdateEquipmentInput!) {
        updateEquipment(input: $input) {
          equipment {
            id
          }
          errors {
            message
          }
        }
      }
    `,
    { input },
  )
  assert.deepEqual(updateEquipment.errors, [])
}

/** Asserts that axe finds nothing on a page, or in the parts of it that selectors name. */
export async function accessible(page, what, within) {
  // axe runs in the page, whose policy forbids scripts that are written into it: evaluate does not ask it.
  await page.evaluate(axeSource)
  const violations = await page.evaluate(async (include) => {
    const { violations } = await globalThis.axe.run(include ? { include } : document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
  }, within)
  assert.deepEqual(violations, [], what)
}

/** A door to the server that can be shut, as when the server or the network is gone. */
export async function door() {
  const target = new URL(base)
  const sockets = new Set()
  let listening
  const open = (port) =>
    new Promise((resolve, reject) => {
      listening = createServer((socket) => {
        const through = connect(Number(target.port), target.hostname)
        for (const [a, b] of [
          [socket, through],
          [through, socket],
        ]) {
          sockets.add(a)
          a.on('error', () => b.destroy())
          a.on('close', () => {
            sockets.delete(a)
            b.destroy()
          })
        }
        socket.pipe(through).pipe(socket)
      })
      listening.on('error', reject)
      listening.listen(port, '127.0.0.1', () => resolve(listening.address().port))
    })
  const port = await open(0)
  return {
    url: `http://127.0.0.1:${port}`,
    reopen: () => open(port),
    shut: () =>
      new Promise((resolve) => {
        listening.close(resolve)
        for (const socket of sockets) socket.destroy()
      }),
  }
}
