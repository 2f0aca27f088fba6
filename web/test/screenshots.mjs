// Takes pictures of the pages of a running server: desk, phone and wall, light and dark, English and Spanish.
// Usage: FLEET_URL=http://127.0.0.1:8080 node test/screenshots.mjs [folder] [name...]
import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { launchOptions } from './browser.mjs'

const base = process.env.FLEET_URL ?? 'http://127.0.0.1:8080'
const [folder = 'screenshots', ...only] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })

const desk = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }
const locales = { en: 'en-GB', es: 'es-ES' }

const browser = await chromium.launch(launchOptions)

/** A machine with much to show: in maintenance, and with work of the last year. */
async function machine() {
  const yearAgo = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10)
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      query: `{ maintenanceSummary(filter: { maintenanceDate: { gte: "${yearAgo}" } }, groupBy: [EQUIPMENT], first: 40, orderBy: RECORDS_DESC) {
        equipment { id status } } }`,
    }),
  })
  const machines = (await response.json()).data.maintenanceSummary.map((g) => g.equipment)
  return machines.find((m) => m?.status === 'MAINTENANCE')?.id ?? machines[0].id
}

/** The site with the most machines. */
async function site() {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: '{ sites(first: 50) { nodes { id equipment(first: 1) { totalCount } } } }' }),
  })
  const sites = (await response.json()).data.sites.nodes
  return sites.sort((a, b) => b.equipment.totalCount - a.equipment.totalCount)[0].id
}

const pages = [
  { name: 'overview', path: '/', ready: '.work-table tbody tr' },
  { name: 'equipment', path: '/equipment', ready: '.machine-grid [data-id]' },
  { name: 'machine', path: `/equipment/${await machine()}`, ready: '.timeline' },
  { name: 'sites', path: '/sites', ready: '.site-table a, .site-cards a' },
  { name: 'no-site', path: '/sites?q=zzzzzz', ready: '.blank' },
  { name: 'site', path: `/sites/${await site()}`, ready: '.machines-here' },
  { name: 'add-site', path: '/sites', ready: '.site-table a, .site-cards a', act: (page) => page.locator('.page-head .btn.loud').click() },
  {
    name: 'move-here',
    path: `/sites/${await site()}`,
    ready: '.machines-here',
    act: (page) => page.locator('.page-head .btn.loud').click(),
  },
  { name: 'work', path: '/work', ready: '.work-row' },
  { name: 'calendar', path: '/work?view=calendar', ready: '.calendar td:not(.outside) .mark' },
  { name: 'reliability', path: '/reliability', ready: '.breakdown tbody tr' },
  { name: 'figure', path: '/reliability?figure=meanDownTime', ready: '.kpi-rows tbody tr' },
  { name: 'deleted', path: '/equipment?deleted=only', ready: '.machine-grid [data-id], .blank' },
  { name: 'empty', path: '/equipment?q=zzzzzz', ready: '.blank' },
  { name: 'not-found', path: '/nowhere', ready: '.blank' },
  { name: 'wall', path: '/?wall', ready: '.wall header svg', wall: true },
  {
    name: 'selected',
    path: '/equipment?status=ACTIVE&order=NAME_ASC',
    ready: '.machine-grid [data-id]',
    act: async (page) => {
      for (const i of [1, 2, 4]) await page.locator('.machine-grid [data-id] .check').nth(i).check()
    },
    deskOnly: true,
  },
  {
    name: 'add-machine',
    path: '/equipment',
    ready: '.machine-grid [data-id]',
    act: (page) => page.locator('.page-head .btn.loud').click(),
  },
  {
    name: 'record',
    path: `/equipment/${await machine()}`,
    ready: '.timeline',
    act: async (page) => {
      await page.locator('.records tbody a').nth(2).click()
      await page.locator('.record-facts').waitFor()
    },
  },
  {
    name: 'correct',
    path: `/equipment/${await machine()}`,
    ready: '.timeline',
    act: async (page) => {
      await page.locator('.records tbody a').nth(2).click()
      await page.locator('.dialog footer .btn.loud').click()
      await page.locator('.mend').waitFor()
    },
  },
  { name: 'record-work', path: `/equipment/${await machine()}`, ready: '.timeline', act: (page) => page.locator('.record-here').click() },
  { name: 'user-menu', path: '/', ready: '.work-table tbody tr', act: (page) => page.locator('button.user').click() },
  {
    name: 'palette',
    path: '/',
    ready: '.work-table tbody tr',
    act: async (page) => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('komatsu')
      await page.locator('.palette .option').first().waitFor()
    },
  },
]

for (const { name, path, ready, act, wall, deskOnly } of pages) {
  if (only.length > 0 && !only.includes(name)) continue
  for (const [size, viewport] of Object.entries(wall ? { wall: { width: 1920, height: 1080 } } : { desk, phone })) {
    if (deskOnly && size !== 'desk') continue
    for (const [language, locale] of Object.entries(locales)) {
      for (const colorScheme of wall ? ['dark'] : ['light', 'dark']) {
        if (language === 'es' && colorScheme === 'dark' && !wall) continue
        const context = await browser.newContext({ viewport, locale, colorScheme, timezoneId: 'UTC', hasTouch: size === 'phone' })
        const page = await context.newPage()
        page.on('console', (m) => m.type() === 'error' && console.log(`${name}: ${m.text()}`))
        page.on('pageerror', (e) => console.log(`${name}: ${e.stack}`))
        await page.goto(base + path)
        await page.locator(ready).first().waitFor({ timeout: 60_000 })
        await act?.(page)
        await page.waitForTimeout(700)
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        if (overflow > 0) console.log(`${name} ${size} ${language}: ${overflow} px too wide`)
        if (!act && !wall && name !== 'equipment') {
          // The whole page in a window as high as it is: what is fixed stays at its edge.
          const height = await page.evaluate(() => document.documentElement.scrollHeight)
          await page.setViewportSize({ ...viewport, height: Math.min(Math.max(height, viewport.height), 3200) })
          await page.waitForTimeout(200)
        }
        await page.screenshot({ path: `${folder}/${name}-${size}-${language}-${colorScheme}.png` })
        await context.close()
      }
    }
  }
}
await browser.close()
