// The pages in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
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
  context.setDefaultTimeout(120_000) // the machine may be busy
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
  await tabs.nth(examples.length).waitFor()
  await page.locator('.graphiql-query-editor').filter({ hasNotText: 'dashboardStats' }).waitFor() // it shows the new tab
  await page.locator('.graphiql-query-editor .monaco-editor').first().click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('query Me { viewer { name role } }')
  // The tab is called by the operation once GraphiQL has read it. Run before
  // that, it would ask for the operation of the tab before by its name.
  await tabs.nth(examples.length).filter({ hasText: 'Me' }).waitFor()
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

const password = process.env.FLEET_TEST_PASSWORD
const issuer = process.env.FLEET_TEST_ISSUER

/** Fills the form in and sends it. */
async function signIn(page, secret) {
  await page.getByLabel('E-mail').fill('tess@example.com')
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('the sign-in page is readable wide and narrow, light and dark', async () => {
  for (const [name, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, done } = await open('/sign-in', { viewport, colorScheme })
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'email', 'the first field has the focus')
      assert.equal(await page.getByRole('alert').isVisible(), false, 'nothing is wrong yet')
      await page.getByText("Sign in with your company's account").click()
      await page.getByLabel('Company', { exact: true }).waitFor()
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.ok(overflow <= 0, 'the page scrolls sideways')
      await shot(page, `sign-in-${name}-${colorScheme}`)
      await done()
    }
  }
})

test('a user signs in, is shown, and signs out again, with scripts and without', { skip: !password }, async () => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ viewport: sizes.phone, javaScriptEnabled })
    const page = await context.newPage()
    await page.goto(`${base}/sign-in?next=/%3Fa%3D1`)
    await signIn(page, 'not the password')
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor()
    assert.equal(await page.getByLabel('E-mail').inputValue(), 'tess@example.com')
    if (javaScriptEnabled) await shot(page, 'sign-in-wrong')
    await signIn(page, password)
    await page.waitForURL(`${base}/?a=1`)
    if (javaScriptEnabled) {
      await page.getByText('Tess Ng · admin').waitFor()
      await page.locator('dd').first().waitFor()
      assert.equal(await page.locator('dd').first().innerText(), '0', 'it is another company than the demo')
      await shot(page, 'signed-in')
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByText('Dana Reyes · manager').waitFor()
      await page.getByRole('link', { name: 'Sign in' }).waitFor()
    }
    await context.close()
  }
})

test("the form leads to the company's provider", { skip: !issuer }, async () => {
  const provider = createServer((request, response) => {
    const endpoint = (path) => issuer + path
    const told = {
      issuer,
      authorization_endpoint: endpoint('/authorize'),
      token_endpoint: endpoint('/token'),
      jwks_uri: endpoint('/keys'),
      id_token_signing_alg_values_supported: ['RS256'],
    }
    if (request.url === '/.well-known/openid-configuration') {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(told))
    } else {
      response.setHeader('Content-Type', 'text/html').end('<h1>The provider</h1>')
    }
  })
  await new Promise((resolve) => provider.listen(Number(new URL(issuer).port), '127.0.0.1', resolve))
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(`${base}/sign-in`)
    await page.getByText("Sign in with your company's account").click()
    await page.getByLabel('Company', { exact: true }).fill('No such company')
    await page.getByRole('button', { name: 'Continue to your provider' }).click()
    await page.getByRole('alert').getByText('This company has no single sign-on here.').waitFor()
    await page.getByLabel('Company', { exact: true }).fill('browser tests')
    await page.getByRole('button', { name: 'Continue to your provider' }).click()
    await page.getByRole('heading', { name: 'The provider' }).waitFor()
    const asked = new URL(page.url()).searchParams
    const callback = asked.get('redirect_uri')
    assert.match(callback, new RegExp(`^${base}/sign-in/oidc/callback/[0-9a-f-]{36}$`))
    assert.equal(asked.get('code_challenge_method'), 'S256')
    await page.goto(`${callback}?error=access_denied&state=x`)
    await page.getByRole('alert').getByText("Your company's provider did not sign you in.").waitFor()
    await page.goto(`${base}/sign-in/oidc?company=Browser+Tests`)
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'company', 'a link leads to the form, filled in')
    await page.getByRole('button', { name: 'Continue to your provider' }).click()
    await page.getByRole('heading', { name: 'The provider' }).waitFor()
  } finally {
    await context.close()
    provider.closeAllConnections()
    await new Promise((resolve) => provider.close(resolve))
  }
})
