// Measures the client in a real browser with a fleet of 100,000 machines, and prints Markdown:
//
//   sh test/run.sh node bench/client.mjs                      every part
//   WALL_MINUTES=60 sh test/run.sh node bench/client.mjs wall one part
//
// Times are of the machine it runs on, where the server, PostgreSQL and the browser share the processors.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { launchOptions } from '../test/browser.mjs'

const base = process.env.FLEET_URL
const machines = Number(process.env.MACHINES ?? 100_000)
const records = machines * 2
const wallMinutes = Number(process.env.WALL_MINUTES ?? 5)
const desktop = { width: 1440, height: 900 }
const email = 'bench@example.com'
const password = 'measured without any haste'
const only = process.argv[2]

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * q)]
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`

/** Fills a company with machines, and gives it a manager; returns a token of the manager. */
function prepare() {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-bench-'))
  try {
    const server = (...args) => execFileSync('../bin/server', args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
    server('seed', '--company', 'Large', '--equipment', String(machines), '--operators', '1000', '--records', String(records))
    writeFileSync(join(folder, 'password'), password, { mode: 0o600 })
    const user = ['--company', 'Large', '--email', email, '--name', 'Bench', '--role', 'MANAGER']
    server('user', 'add', ...user, '--password-file', join(folder, 'password'))
    const token = ['--company', 'Large', '--email', email, '--name', 'Bench', '--scope', 'WRITE', '--expires', '1d']
    return server('token', 'create', ...token).trim()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A context of the browser that is signed in, with an empty cache. */
async function signedIn(browser) {
  const context = await browser.newContext({ viewport: desktop })
  context.setDefaultTimeout(300_000)
  const page = await context.newPage()
  await page.goto(`${base}/sign-in?next=/%3Fwall`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${base}/?wall`)
  return { context, page }
}

/** From the start of the navigation until the overview shows its figures and no long task follows. */
async function interactive(browser) {
  const rows = []
  for (const slower of [1, 4]) {
    const cold = []
    const warm = []
    for (let i = 0; i < 5; i++) {
      const { context, page } = await signedIn(browser)
      await page.goto('about:blank')
      const cdp = await context.newCDPSession(page)
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower })
      await cdp.send('Network.enable')
      for (const [list, cache] of [
        [cold, 'clear'],
        [warm, 'keep'],
      ]) {
        if (cache === 'clear') await cdp.send('Network.clearBrowserCache')
        await page.goto(`${base}/`, { waitUntil: 'commit' })
        await page.locator('.work-table tbody tr').first().waitFor()
        list.push(
          await page.evaluate(
            () =>
              new Promise((resolve) => {
                let end = performance.now()
                new PerformanceObserver((entries) => {
                  for (const e of entries.getEntries()) end = Math.max(end, e.startTime + e.duration)
                }).observe({ type: 'longtask', buffered: true })
                const look = () => (performance.now() - end > 1000 ? resolve(end) : setTimeout(look, 100))
                look()
              }),
          ),
        )
      }
      await context.close()
    }
    rows.push(
      `| ${slower === 1 ? 'this machine' : `${slower} times slower CPU`} | ${seconds(quantile(cold, 0.5))} | ${seconds(quantile(warm, 0.5))} |`,
    )
  }
  return ['| overview until it is interactive, median of 5 | cold cache | warm cache |', '|---|---:|---:|', ...rows]
}

/** The list's frames while the wheel turns, and rows in the document. */
async function scrolling(browser) {
  const { context, page } = await signedIn(browser)
  await page.goto(`${base}/equipment?order=NAME_ASC`)
  await page.locator('.machine-grid [data-id]').first().waitFor()
  const box = await page.locator('.grid-scroller').boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.evaluate(() => {
    const frames = []
    let rows = 0
    let last = performance.now()
    const frame = (now) => {
      frames.push(now - last)
      last = now
      rows = Math.max(rows, document.querySelectorAll('.machine-grid [data-index]').length)
      globalThis.measured = { frames, rows }
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  for (let i = 0; i < 300; i++) await page.mouse.wheel(0, 240)
  const { frames, rows } = await page.evaluate(() => globalThis.measured)
  const all = await page.getByRole('grid').getAttribute('aria-rowcount')
  await context.close()
  return [
    '| scrolling | machines | frames | median | 99th percentile | most rows in the document |',
    '|---|---:|---:|---:|---:|---:|',
    `| wheel, 300 turns of 5 rows | ${Number(all) - 1} | ${frames.length} | ${quantile(frames, 0.5).toFixed(1)} ms | ${quantile(frames, 0.99).toFixed(1)} ms | ${rows} |`,
  ]
}

/** Elements of the list that change when one machine on the screen does. */
async function oneChange(browser) {
  const { context, page } = await signedIn(browser)
  await page.goto(`${base}/equipment?order=NAME_ASC`)
  const first = page.locator('.machine-grid [data-id]').first()
  await first.waitFor()
  await page.waitForTimeout(3000) // the first event loads what is shown again
  const id = await first.getAttribute('data-id')
  await page.evaluate(() => {
    const rows = new Set()
    new MutationObserver((list) => {
      for (const m of list) {
        const element = m.target instanceof Element ? m.target : m.target.parentElement
        rows.add(element?.closest('[data-index]')?.getAttribute('data-index') ?? 'outside of the rows')
      }
    }).observe(document.querySelector('.machine-grid'), { subtree: true, childList: true, characterData: true, attributes: true })
    globalThis.changedRows = rows
  })
  const name = await change(id)
  await page.getByText(name).first().waitFor()
  await page.waitForTimeout(1000)
  const rows = await page.evaluate(() => [...globalThis.changedRows])
  await context.close()
  return ['| a change of one machine | rows of the grid that changed |', '|---|---|', `| renamed by another user | ${rows.join(', ')} |`]
}

/** Executes an operation beside the browser. */
async function graphql(query, variables = {}) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await response.json()
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

/** Renames a machine, as another user would, so that it keeps its place by name; returns the new name. */
async function change(id) {
  const { equipment } = await graphql('query ($id: ID!) { equipment(id: $id) { name version } }', { id })
  const name = `${equipment.name.replace(/ \d{13}$/, '')} ${Date.now()}`
  await graphql('mutation ($in: UpdateEquipmentInput!) { updateEquipment(input: $in) { errors { message } } }', {
    in: { equipmentId: id, expectedVersion: equipment.version, name },
  })
  return name
}

/** Memory of the wall display while a machine changes every second. */
async function wall(browser) {
  const { context, page } = await signedIn(browser)
  const cdp = await context.newCDPSession(page)
  await page.locator('.wall header svg').first().waitFor()
  const { equipmentList } = await graphql('{ equipmentList(first: 1) { nodes { id } } }')
  const [machine] = equipmentList.nodes
  const look = async () => {
    await cdp.send('HeapProfiler.collectGarbage')
    const { usedSize } = await cdp.send('Runtime.getHeapUsage')
    const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters')
    return `${megabytes(usedSize)} | ${nodes} | ${jsEventListeners} |`
  }
  const rows = ['| wall, one change a second | heap after collection | DOM nodes | listeners |', '|---|---:|---:|---:|']
  const parts = 6
  for (let part = 0; part <= parts; part++) {
    rows.push(`| after ${((wallMinutes * part) / parts).toFixed(1)} minutes | ${await look()}`)
    for (let i = 0; part < parts && i < (wallMinutes * 60) / parts; i++) {
      await change(machine.id)
      await page.waitForTimeout(1000)
    }
  }
  await context.close()
  return rows
}

const token = prepare()
const browser = await chromium.launch(launchOptions)
try {
  for (const [name, measure] of Object.entries({ interactive, scrolling, oneChange, wall })) {
    if (!only || only === name) console.log(`\n${(await measure(browser)).join('\n')}`)
  }
} finally {
  await browser.close()
}
