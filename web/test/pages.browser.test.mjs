// The pages in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { launchOptions } from './browser.mjs'

const base = process.env.FLEET_URL ?? 'http://127.0.0.1:8080'
const shots = process.env.SCREENSHOTS
if (shots) mkdirSync(shots, { recursive: true })

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } }
const examples = readdirSync(new URL('../examples/', import.meta.url))

let browser
before(async () => {
  browser = await chromium.launch(launchOptions)
})
after(() => browser?.close())

/** Opens a page and collects whatever it asks of other hosts, and every complaint of the browser. */
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: sizes.desktop, colorScheme: 'light', ...options })
  const page = await context.newPage()
  const foreign = []
  const complaints = []
  page.on('request', (r) => {
    if (/^(https?|wss?):/.test(r.url()) && !r.url().startsWith(base)) foreign.push(r.url())
  })
  page.on('console', (m) => {
    if (m.type() === 'error') complaints.push(m.text())
  })
  page.on('pageerror', (e) => complaints.push(String(e)))
  await page.goto(base + path)
  return {
    page,
    done: async () => {
      await context.close()
      assert.deepEqual(foreign, [], 'requests to other hosts')
      assert.deepEqual(complaints, [], 'errors in the console')
    },
  }
}

const shot = (page, name) => shots && page.screenshot({ path: `${shots}/${name}.png` })

test('GraphiQL shows the schema, runs a preset tab and a typed query, and asks no other host', async () => {
  const { page, done } = await open('/graphiql')
  const tabs = page.locator('.graphiql-tab')
  await tabs.first().waitFor()
  assert.equal(await tabs.count(), examples.length, 'one tab for each example')

  const run = page.getByRole('button', { name: /Execute query/ })
  const response = page.locator('.graphiql-response')
  await page.locator('.graphiql-query-editor .view-line').filter({ hasText: 'dashboardStats' }).waitFor()
  await run.click()
  await response.getByText('"totalEquipment"').waitFor()
  assert.match(await response.innerText(), /"totalEquipment":\s*400/)

  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
  await page
    .getByText('What can be asked.')
    .or(page.getByRole('link', { name: 'Query' }))
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'Query' }).first().click()
  await page.getByRole('link', { name: 'equipmentList', exact: true }).waitFor()
  await shot(page, 'graphiql-docs')

  await page.getByRole('button', { name: 'New tab' }).click()
  await page.locator('.graphiql-query-editor .monaco-editor').first().click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('{ viewer { name role } }')
  await run.click()
  await response.getByText('"Dana Reyes"').waitFor()
  await done()
})

test('GraphiQL is readable in light and dark, wide and narrow', async () => {
  for (const [name, viewport] of Object.entries(sizes)) {
    const grounds = []
    for (const colorScheme of ['light', 'dark']) {
      const { page, done } = await open('/graphiql', { viewport, colorScheme })
      await page.locator('.graphiql-tab').first().waitFor()
      await page.locator('.graphiql-query-editor .view-line').first().waitFor()
      grounds.push(await page.locator('.graphiql-container').evaluate((e) => getComputedStyle(e).backgroundColor))
      await shot(page, `graphiql-${name}-${colorScheme}`)
      await done()
    }
    assert.notEqual(grounds[0], grounds[1], 'dark is not light')
  }
})

test('the first page shows the figures, wide and narrow, light and dark', async () => {
  for (const [name, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, done } = await open('/', { viewport, colorScheme })
      await page.locator('dd').first().waitFor()
      assert.equal(await page.locator('dd').first().innerText(), '400')
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.ok(overflow <= 0, 'the page scrolls sideways')
      await shot(page, `first-${name}-${colorScheme}`)
      await done()
    }
  }
})

test('the first page says what is wrong when the server does not answer', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.route('**/graphql', (route) => route.fulfill({ status: 503, json: { errors: [{ message: 'no database' }] } }))
  await page.goto(base)
  await page.getByText('No figures: no database.').waitFor()
  await context.close()
})
