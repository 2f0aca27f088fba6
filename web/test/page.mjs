// Opens pages of the server in a real browser, for the tests.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, before } from 'node:test'
import { chromium } from 'playwright-core'
import { launchOptions } from './browser.mjs'

export const base = process.env.FLEET_URL ?? 'http://127.0.0.1:8080'
const shots = process.env.SCREENSHOTS
if (shots) mkdirSync(shots, { recursive: true })

export const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } }
export let browser
before(async () => {
  browser = await chromium.launch(launchOptions)
})
after(() => browser?.close())

/** Opens a page and collects whatever it asks of other hosts, and every complaint of the browser. */
export async function open(path, options = {}) {
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
  const close = async () => {
    await page.unrouteAll({ behavior: 'ignoreErrors' }) // requests that are still being answered fail with the page
    await context.close()
  }
  return {
    page,
    close,
    done: async () => {
      await close()
      assert.deepEqual(foreign, [], 'requests to other hosts')
      assert.deepEqual(complaints, [], 'errors in the console')
    },
  }
}

export const shot = (page, name) => shots && page.screenshot({ path: `${shots}/${name}.png` })

export const dialog = (page) => page.getByRole('dialog')
/** The card of a page with a heading. */
export const cardOf = (page, name) => page.locator('.card').filter({ has: page.getByRole('heading', { name, level: 2, exact: true }) })
/** A field of a dialog with its error. */
export const field = (page, label) => dialog(page).locator('.field').filter({ hasText: label })

/**
 * Types letters with no pause between them, also on a busy machine: all of them within one task of the page, in which
 * no timer fires, with the work that each letter causes at once done before the next.
 */
export const typeQuickly = (field, text) =>
  field.evaluate(async (input, letters) => {
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value')
    for (const letter of letters) {
      set.call(input, input.value + letter)
      input.dispatchEvent(new globalThis.InputEvent('input', { bubbles: true, data: letter }))
      await null
    }
  }, text)

/** Waits until a page has had nothing to ask of the server for a second. */
export async function quiet(page) {
  const asked = new Set()
  let last = Date.now()
  const begun = (r) => asked.add(r)
  const ended = (r) => {
    asked.delete(r)
    last = Date.now()
  }
  page.on('request', begun).on('requestfinished', ended).on('requestfailed', ended)
  while (asked.size > 0 || Date.now() - last < 1_000) await page.waitForTimeout(100)
  page.off('request', begun).off('requestfinished', ended).off('requestfailed', ended)
}

/** Tells a page that its user is an analyst: the demo has one user, its manager. */
export const asAnalyst = (page) =>
  page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    const text = await response.text()
    await route.fulfill({ response, body: text.replace('"role":"MANAGER"', '"role":"ANALYST"') })
  })

/** Presses the button that asks again for what has failed, unless a live event has asked for it first and taken the button away. */
export async function askAgain(button) {
  while (await button.isVisible()) {
    const pressed = await button.click({ timeout: 5_000 }).then(
      () => true,
      () => false,
    )
    if (pressed) return
  }
}
