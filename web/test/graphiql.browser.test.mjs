/* global localStorage, sessionStorage, URLSearchParams */
// GraphiQL in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { graphql } from './client.mjs'
import { base, open, shot, sizes } from './page.mjs'

const examples = readdirSync(new URL('../examples/', import.meta.url))

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
  const { dashboardStats } = await graphql('{ dashboardStats { totalEquipment } }') // tests before may have left machines
  assert.match(await response.innerText(), new RegExp(`"totalEquipment":\\s*${dashboardStats.totalEquipment}\\b`))

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

/** Puts a text into the visible editor of a part of GraphiQL, in place of what is there. */
async function type(page, part, text) {
  await page.locator(`${part} .monaco-editor:visible`).first().click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

/** Opens a tab with a document whose operation has this name. */
async function newTab(page, name, text) {
  await page.getByRole('button', { name: 'New tab' }).click()
  await type(page, '.graphiql-query-editor', text)
  await page.locator('.graphiql-tab').filter({ hasText: name }).waitFor()
}

/** Everything that the browser keeps of the server's pages. */
const kept = (page) => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie)

test('GraphiQL sends headers with subscriptions too, and no storage keeps them, variables or secrets', async () => {
  const { page } = await open('/graphiql')
  const frames = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(String(payload))))
  const requests = []
  page.on('request', (r) => {
    if (new URL(r.url()).pathname === '/graphql') requests.push(r.headers().authorization)
  })
  await page.locator('.graphiql-tab').first().waitFor()
  await newTab(page, 'Mine', 'query Mine($search: String) { equipmentList(first: 1, filter: {search: $search}) { totalCount } }')
  await page.getByRole('button', { name: 'Variables' }).click()
  await type(page, '.graphiql-editor-tool', '{"search": "a secret variable"}')
  await page.getByRole('button', { name: 'Headers' }).click()
  const token = 'fleet_pat_AAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  await type(page, '.graphiql-editor-tool', JSON.stringify({ Authorization: `Bearer ${token}` }))
  const run = page.getByRole('button', { name: /Execute query/ })
  await run.click()
  await page.locator('.graphiql-response').getByText('"errors"').waitFor() // there is no such token
  assert.ok(requests.includes(`Bearer ${token}`), 'the query carries the header')
  await newTab(
    page,
    'Hidden',
    `subscription Hidden { dashboardStats { sequence } }\nmutation Set { changePassword(currentPassword: "hidden one", newPassword: """hidden two""") { errors { code } } }`,
  )
  await page.getByRole('button', { name: 'Headers' }).click()
  await type(page, '.graphiql-editor-tool', JSON.stringify({ Authorization: `Bearer ${token}` }))
  await run.click()
  const choice = page.getByRole('menuitem', { name: 'Hidden' }) // there are two operations
  await choice.waitFor()
  await choice.click()
  await page.waitForTimeout(0)
  for (const end = Date.now() + 60_000; !frames.some((f) => f.includes('connection_init') && f.includes(token));) {
    assert.ok(Date.now() < end, `no WebSocket carries the header: ${frames.join('\n')}`)
    await page.waitForTimeout(100)
  }
  const text = await kept(page)
  for (const secret of [token, 'a secret variable', 'hidden one', 'hidden two']) {
    assert.ok(!text.includes(secret), `${secret} is kept: ${text}`)
  }
  assert.match(text, /query Mine/, 'documents are kept')
  await page.reload()
  await page.locator('.graphiql-tab').filter({ hasText: 'Mine' }).waitFor()
  await page.context().close()
})

test('GraphiQL forgets what an earlier version has kept', async () => {
  const { page, done } = await open('/sign-in')
  await page.evaluate(() => {
    localStorage.setItem('graphiql:headers', '{"Authorization":"Bearer fleet_pat_old"}')
    localStorage.setItem(
      'graphiql:queries',
      JSON.stringify({ queries: [{ query: '{ viewer { name } }', headers: 'fleet_pat_old', variables: '{"password":"old secret"}' }] }),
    )
  })
  await page.goto(`${base}/graphiql`)
  await page.locator('.graphiql-tab').first().waitFor()
  const text = await kept(page)
  assert.doesNotMatch(text, /fleet_pat_old|old secret/)
  assert.match(text, /viewer \{ name \}/)
  await done()
})

test('a link opens a tab of GraphiQL with its document, variables and operation, and executes nothing', async () => {
  const query = 'query First { viewer { name } }\n\nquery Second($n: Int!) { equipmentList(first: $n) { totalCount } }'
  const path = `/graphiql?${new URLSearchParams({ query, variables: '{"n": 3}', operationName: 'Second' })}`
  const { page, done } = await open('/sign-in')
  const operations = []
  page.on('request', (r) => {
    if (new URL(r.url()).pathname === '/graphql') operations.push(r.postData() ?? '')
  })
  for (const tabs of [examples.length + 1, examples.length + 1]) {
    await page.goto(base + path)
    await page.locator('.graphiql-query-editor .view-line').filter({ hasText: 'query Second' }).waitFor()
    assert.equal(await page.locator('.graphiql-tab').count(), tabs, 'a link that is opened again has one tab')
    const titles = await page.locator('.graphiql-tab').allInnerTexts()
    assert.ok(
      titles.every((title) => title.trim() !== ''),
      `every tab has a title: ${titles}`,
    )
    assert.match(await page.locator('.graphiql-editor-tool').first().innerText(), /"n":\s3/)
    assert.ok(!operations.some((o) => o.includes('Second')), 'nothing is executed')
  }
  await page.goto(`${base}/graphiql?query=%7B+viewer+%7B+name`) // not a document yet
  await page.locator('.graphiql-query-editor .view-line').filter({ hasText: 'viewer' }).waitFor()
  await done()
})

test('GraphiQL shows the user, a link to sign in and back, and the way home', async () => {
  const { page, done } = await open('/graphiql')
  await page.getByText('Dana Reyes · manager').waitFor()
  await page.getByRole('link', { name: 'Bitcorp Fleet' }).waitFor()
  await page.route('**/graphql', (route) => route.fulfill({ json: { data: { viewer: null } } }))
  await page.goto(`${base}/graphiql?query=%7Bviewer%7Bname%7D%7D`)
  await page.getByText('Not signed in').waitFor()
  const link = page.getByRole('link', { name: 'Sign in' })
  assert.equal(await link.getAttribute('href'), `/sign-in?next=${encodeURIComponent('/graphiql?query=%7Bviewer%7Bname%7D%7D')}`)
  await page.getByRole('link', { name: 'Bitcorp Fleet' }).click()
  await page.waitForURL(`${base}/`)
  await done()
})

test('every control of GraphiQL has a name, and on a phone the answer stands below the editor', async () => {
  const { page, done } = await open('/graphiql', { viewport: sizes.phone })
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  const nameless = await page.getByRole('button', { name: /^$/ }).evaluateAll((list) => list.map((b) => b.outerHTML))
  assert.deepEqual(nameless, [], 'buttons without a name')
  const editor = await page.locator('.graphiql-query-editor').boundingBox()
  const answer = await page.locator('.graphiql-response').boundingBox()
  assert.ok(answer.y >= editor.y + editor.height, 'below each other')
  assert.ok(editor.width > 250 && answer.width > 250, `as wide as the phone allows: ${editor.width}, ${answer.width}`)
  await done()
})

test('the rows of the examples are full at first sight', async () => {
  const { page, done } = await open('/graphiql')
  const line = (text) => page.locator('.graphiql-query-editor .view-line').filter({ hasText: text }).first()
  await line('query Overview').waitFor() // the editor is ready
  await page.getByRole('tab', { name: 'Machines' }).click()
  await line('query Machines').waitFor()
  const answer = page.waitForResponse((r) => r.request().postData()?.includes('query Machines') ?? false)
  await page.getByRole('button', { name: /Execute query/ }).click()
  const { data } = await (await answer).json()
  for (const machine of data.equipmentList.nodes) {
    assert.ok(machine.latestMaintenance, `${machine.name} has no maintenance`)
    assert.ok(machine.maintenanceRecords.nodes.length > 0, `${machine.name} has no records`)
  }
  await page.locator('.graphiql-response .view-line').nth(20).waitFor()
  await shot(page, 'graphiql')
  await done()
})
