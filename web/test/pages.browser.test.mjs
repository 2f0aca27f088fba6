// The first page and the sign-in page in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { graphql } from './client.mjs'
import { askAgain, base, browser, open, shot, sizes } from './page.mjs'

/** The finding of the overview, of what the fleet is now: other tests have changed it. */
async function finding() {
  const { dashboardStats: of } = await graphql('{ dashboardStats { totalEquipment activeEquipment } }')
  return `${of.activeEquipment} of ${of.totalEquipment} machines are active`
}

test('the first page shows the figures, wide and narrow, light and dark', async () => {
  for (const [name, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, done } = await open('/', { viewport, colorScheme })
      await page.getByRole('heading', { name: await finding() }).waitFor()
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
  await page.route('**/graphql', (route) =>
    route.fulfill({
      status: 403,
      headers: { 'X-Request-Id': 'id-1' },
      json: { errors: [{ message: 'no database', extensions: { code: 'X' } }] },
    }),
  )
  await page.goto(base)
  await page.getByRole('alert').getByText('no database').waitFor()
  await page.getByText('Request id-1').waitFor()
  await page.unroute('**/graphql')
  await askAgain(page.getByRole('button', { name: 'Try again' }))
  await page.getByRole('heading', { name: await finding() }).waitFor()
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
      await page.getByRole('heading', { name: 'The fleet has no machines yet' }).waitFor() // it is another company than the demo
      await page.getByRole('button', { name: /Tess Ng/ }).click()
      await page.getByText('tess@example.com · Administrator').waitFor()
      await shot(page, 'signed-in')
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('button', { name: /Dana Reyes/ }).click()
      await page.getByText('Manager', { exact: false }).first().waitFor()
      await page.getByRole('menuitem', { name: 'Sign in' }).waitFor()
    }
    await context.close()
  }
})

test("a signed-in user works where sessions run the client's documents alone", { skip: !password }, async () => {
  const { page, done } = await open('/sign-in?next=/equipment')
  await signIn(page, password)
  await page.waitForURL(`${base}/equipment`)
  const refused = []
  page.on('response', async (r) => {
    if (new URL(r.url()).pathname === '/graphql' && (await r.text().catch(() => '')).includes('FORBIDDEN')) refused.push(r.url())
  })
  await page.getByRole('button', { name: 'Add machine' }).first().click()
  const dialog = page.getByRole('dialog')
  const name = `Trusted ${process.pid}`
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Category').fill('Crane')
  await dialog.getByRole('button', { name: 'Add machine' }).click()
  await page.getByRole('link', { name }).first().click()
  await page.locator('.facts').waitFor()
  const machine = page.url()
  for (const path of ['/', '/?wall', '/work']) {
    await page.goto(base + path)
    await page.getByText(/^live/i).first().waitFor() // the page's subscriptions are open
  }
  await page.goto(machine)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete machine' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete machine' }).click()
  await page.waitForURL(`${base}/equipment`)
  assert.deepEqual(refused, [])
  const answer = await page.evaluate(async () => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { email } }' }),
    })
    return response.json()
  })
  assert.equal(answer.errors[0].extensions.code, 'FORBIDDEN', 'a document that is not of the client')
  await done()
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
