// bin/server as a process of its own, with a fleet of its own.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './until.mjs'

const program = fileURLToPath(new URL('../../../bin/server', import.meta.url))

/** A free port. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

export class Server {
  /** Its standard error. */
  log = ''

  /** Makes a database with one user and returns the server, not started yet. */
  static async create() {
    const server = new Server()
    server.port = await freePort()
    server.dir = mkdtempSync(join(tmpdir(), 'fleet-live-'))
    const address = `127.0.0.1:${server.port}`
    server.url = `http://${address}/graphql`
    server.env = {
      ...process.env,
      FLEET_DATA_DIR: join(server.dir, 'data'),
      FLEET_ADDR: address,
      FLEET_PUBLIC_URL: `http://${address}`,
      FLEET_METRICS_ADDR: '',
      FLEET_LOG_LEVEL: 'DEBUG',
      FLEET_RATE_LIMIT: '0', // the tests make hundreds of changes at once
    }
    delete server.env.DATABASE_URL
    const email = 'lena@example.com'
    writeFileSync(join(server.dir, 'password'), 'correct horse battery staple')
    const user = ['--company', 'Live Tests', '--create-company', '--email', email, '--name', 'Lena Fox', '--role', 'MANAGER']
    server.command('user', 'add', ...user, '--password-file', join(server.dir, 'password'))
    const made = server.command('token', 'create', '--email', email, '--name', 'live tests', '--scope', 'WRITE')
    ;[server.token] = made.match(/fleet_pat_\w+/)
    return server
  }

  command(...args) {
    return execFileSync(program, args, { env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  async start() {
    this.process = spawn(program, ['serve'], { env: this.env, stdio: ['ignore', 'ignore', 'pipe'] })
    this.process.stderr.on('data', (text) => (this.log += text))
    this.ended = once(this.process, 'exit')
    const ready = this.url.replace('/graphql', '/readyz')
    await until('the server to be ready', () =>
      fetch(ready).then(
        (answer) => answer.ok,
        () => false,
      ),
    ).catch((err) => {
      throw new Error(`${err.message}; its log:\n${this.log}`)
    })
  }

  async stop() {
    this.process?.kill('SIGTERM')
    await this.ended
  }

  async remove() {
    await this.stop()
    const logs = process.env.FLEET_TEST_LOGS
    if (logs) writeFileSync(join(logs, `live-${process.pid}.log`), this.log)
    rmSync(this.dir, { recursive: true, force: true })
  }

  get headers() {
    return { authorization: `Bearer ${this.token}` }
  }

  /** The data of an operation; throws what is wrong with it. */
  async ask(query, variables) {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await answer.json()
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
}
