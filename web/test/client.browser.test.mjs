// The client in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, addMachine, change, door, graphql, removeMachine } from './client.mjs'
import { base, browser, open, quiet, sizes, typeQuickly } from './page.mjs'

const rows = (page) => page.locator('.machine-grid [data-id]')
const row = (page, name) => rows(page).filter({ hasText: name })

test('the list is windowed, and can be entered in the middle without the pages before it', async () => {
  const { page, done } = await open('/equipment?order=NAME_ASC')
  await rows(page).first().waitFor()
  assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '401')
  const offsets = []
  page.on('request', (r) => {
    const body = r.postData() ?? ''
    if (body.includes('query EquipmentPage')) offsets.push(JSON.parse(body).variables.offset)
  })
  await page.locator('.grid-scroller').evaluate((e) => (e.scrollTop = 300 * 48))
  await page.locator('[data-index="300"][data-id]').waitFor()
  assert.ok((await page.locator('.machine-grid [data-index]').count()) < 60, 'rows outside of the window are not in the document')
  // The page at the top may be asked for once more: it is in sight when the first event, a RESYNC, arrives.
  assert.ok(offsets.includes(300) && offsets.every((o) => o === 0 || o >= 250), `pages that nobody sees were asked for: ${offsets}`)
  const { equipmentList } = await graphql('{ equipmentList(first: 1, offset: 300, orderBy: NAME_ASC) { nodes { name } } }')
  assert.ok((await page.locator('[data-index="300"]').innerText()).includes(equipmentList.nodes[0].name))
  await done()
})

test('Back returns to the same filter, order and row', async () => {
  const { page, done } = await open('/equipment?status=ACTIVE&order=NAME_DESC')
  await rows(page).first().waitFor()
  await page.locator('.grid-scroller').evaluate((e) => (e.scrollTop = 150 * 48))
  const target = page.locator('[data-index="152"][data-id]')
  await target.waitFor()
  const place = () => Object.values(globalThis.sessionStorage).some((v) => Number(v) === document.querySelector('.grid-scroller').scrollTop)
  await page.waitForFunction(place) // it is kept when the scrolling rests
  const before = await target.boundingBox()
  await target.getByRole('link').click()
  await page.locator('.facts').waitFor()
  await page.goBack()
  await target.waitFor()
  const after = await target.boundingBox()
  assert.ok(Math.abs(before.y - after.y) <= 48, `from ${before.y} to ${after.y}`)
  assert.equal(await page.getByRole('button', { name: /^Active/ }).getAttribute('aria-pressed'), 'true')
  assert.equal(await page.getByRole('columnheader', { name: 'Machine', exact: true }).getAttribute('aria-sort'), 'descending')
  await done()
})

test('the search asks the server once the typing rests, drops answers that are overtaken, and says when nothing is found', async () => {
  const { page, done } = await open('/equipment')
  await rows(page).first().waitFor()
  const searches = []
  let release = () => undefined
  let sent = () => undefined
  const asked = new Promise((resolve) => (sent = resolve))
  const held = new Promise((resolve) => (release = resolve))
  let overtaken = Promise.resolve()
  await page.route('**/graphql', async (route) => {
    const body = JSON.parse(route.request().postData() ?? '{}')
    const search = body.variables?.filter?.search
    // The list without a search may be asked for again by the first event, which is a RESYNC.
    if (body.query?.includes('query EquipmentPage') && search !== undefined) {
      searches.push(search)
      if (search === 'volvo') {
        overtaken = route.request().response() // null when the browser has given it up
        sent()
        await held
      }
    }
    await route.continue().catch(() => undefined)
  })
  const field = page.getByPlaceholder('Name, code or serial')
  await typeQuickly(field, 'volvo')
  await page.waitForURL(/q=volvo/)
  await asked
  await field.fill('komatsu')
  await row(page, 'Komatsu').first().waitFor()
  release() // it comes last
  await overtaken
  await quiet(page)
  assert.deepEqual([...new Set(searches)], ['volvo', 'komatsu'], 'one request for each pause, not for each letter')
  for (const text of await rows(page).allInnerTexts()) assert.match(text, /Komatsu/)
  await field.fill('no such machine anywhere')
  await page.getByRole('heading', { name: 'No equipment found' }).waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await rows(page).first().waitFor()
  assert.equal(await field.inputValue(), '')
  await page.unroute('**/graphql')
  await done()
})

test('two browsers see the change of one of them, and only the row of that machine is drawn again', async () => {
  const machine = await addMachine()
  const { page, done } = await open('/equipment')
  await row(page, machine.name).waitFor()
  await page.getByText(/^Live, as of/).waitFor()
  await quiet(page) // the first events have been
  await page.evaluate(() => {
    globalThis.changed = new Set()
    const observer = new globalThis.MutationObserver((records) => {
      for (const r of records) {
        const element = r.target.nodeType === 1 ? r.target : r.target.parentElement
        globalThis.changed.add(element?.closest('[data-id]')?.dataset.id ?? 'other')
      }
    })
    observer.observe(document.querySelector('.machine-grid'), { subtree: true, childList: true, characterData: true, attributes: true })
  })
  await change(machine.id, { status: 'INACTIVE' })
  await row(page, machine.name).getByText('Inactive').waitFor()
  await quiet(page)
  assert.deepEqual(await page.evaluate(() => [...globalThis.changed]), [machine.id])
  await removeMachine(machine.id)
  await row(page, machine.name).waitFor({ state: 'detached' })
  await done()
})

test('a new machine is shown at once; a refused one is taken away, and its form comes back as it was', async () => {
  const taken = await addMachine({ serialNumber: `T-${process.pid}` })
  const { page, done } = await open('/equipment')
  await rows(page).first().waitFor()
  const add = async (name, serial) => {
    await page.getByRole('button', { name: 'Add machine' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('Category').fill('Test category')
    await dialog.getByLabel(/Serial number/).fill(serial)
    await dialog.getByRole('button', { name: 'Add machine' }).click()
  }
  let release
  await page.route('**/graphql', async (route) => {
    if ((route.request().postData() ?? '').includes('mutation CreateEquipment')) await new Promise((resolve) => (release = resolve))
    await route.continue()
  })
  const name = `Quick machine ${process.pid}`
  await add(name, '')
  await page.locator('.pending').getByText(name).waitFor() // before the server has answered
  release()
  await row(page, name).waitFor()
  await page.locator('.pending').waitFor({ state: 'detached' })

  await add(`Refused ${process.pid}`, `T-${process.pid}`)
  await page.locator('.pending').getByText('Refused').waitFor()
  release()
  await page.getByText(/Refused .* was not added/).waitFor()
  assert.equal(await page.locator('.pending').count(), 0, 'it is rolled back')
  await page.locator('.toast').filter({ hasText: 'was not added' }).getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog')
  assert.equal(await dialog.getByLabel('Name').inputValue(), `Refused ${process.pid}`)
  await dialog.locator('.field').filter({ hasText: 'Serial number' }).locator('.error').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  const { equipmentList } = await graphql(
    `
      query ($s: String!) {
        equipmentList(filter: { search: $s }) {
          nodes {
            id
          }
        }
      }
    `,
    { s: name },
  )
  assert.equal(equipmentList.nodes.length, 1, 'it was added once')
  for (const m of [...equipmentList.nodes, taken]) await removeMachine(m.id)
  await page.unroute('**/graphql')
  await done()
})

test('a conflict shows both sides, keeps what was typed, and saves the choice', async () => {
  const machine = await addMachine({ description: 'before' })
  const { page, done } = await open(`/equipment/${machine.id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('My name')
  await dialog.getByLabel(/Description/).fill('my text')
  await change(machine.id, { name: 'Their name', category: 'Their category', description: 'their text' })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Changed by another user meanwhile' }).waitFor()
  await accessible(page, 'the conflict')
  const field = (name) => dialog.getByRole('group', { name, exact: true })
  await field('Name').getByText('My name').waitFor()
  await field('Name').getByText('Their name').waitFor()
  await dialog.locator('.also').getByText('Their category').waitFor() // only the other has changed it
  await field('Description').getByText('their text').click()
  await dialog.getByRole('button', { name: 'Save the choice' }).click()
  await page.locator('.toast').getByText('Saved').waitFor()
  await page.getByRole('heading', { level: 1, name: 'My name' }).waitFor()
  const { equipment } = await graphql(
    `
      query ($id: ID!) {
        equipment(id: $id) {
          name
          category
          description
        }
      }
    `,
    { id: machine.id },
  )
  assert.deepEqual(equipment, { name: 'My name', category: 'Their category', description: 'their text' })
  await page.getByText('Name My name').or(page.getByText('Their name → My name')).first().waitFor() // in the history
  await removeMachine(machine.id)
  await done()
})

test('several machines are changed at once, and each that was refused is named with its reason', async () => {
  const [a, b] = [await addMachine(), await addMachine({ status: 'RETIRED' })]
  const { page, done } = await open(`/equipment?q=${encodeURIComponent(`machine ${process.pid}`)}`)
  for (const m of [a, b]) await row(page, m.name).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Set status' }).click()
  await page.getByRole('dialog').getByLabel('New status').selectOption('ACTIVE') // a retired machine cannot become active
  await page.getByRole('dialog').getByRole('button', { name: 'Change 2 machines' }).click()
  await page.getByRole('heading', { name: '1 machine was not changed' }).waitFor()
  assert.match(await page.locator('.outcomes').innerText(), new RegExp(b.name))
  await page.locator('.outcomes + footer').getByRole('button', { name: 'Close' }).click()
  await page.getByText('1 selected').waitFor() // what is left is what has failed
  for (const m of [a, b]) await removeMachine(m.id)
  await done()
})

test('work is recorded in three touches on a phone', async () => {
  const machine = await addMachine()
  const { page, done } = await open(`/equipment/${machine.id}`, { viewport: sizes.phone, hasTouch: true })
  await page.locator('.record-here').tap()
  await page.getByRole('dialog').getByText('Inspection').tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Record work' }).tap()
  await page.locator('.toast').getByText('Work recorded').waitFor()
  await page.locator('.records').getByText('Inspection').first().waitFor()
  await removeMachine(machine.id)
  await done()
})

test('a machine with open work is deleted once it is said what becomes of the work', async () => {
  const machine = await addMachine()
  const { recordMaintenance } = await graphql(
    'mutation ($input: RecordMaintenanceInput!) { recordMaintenance(input: $input) { maintenanceRecord { id } errors { message } } }',
    { input: { equipmentId: machine.id, kind: 'PREVENTIVE', status: 'PLANNED', dueDate: '2030-01-02' } },
  )
  assert.deepEqual(recordMaintenance.errors, [])
  const { page, done } = await open(`/equipment/${machine.id}`)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete machine' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete machine' }).click()
  await dialog.getByText('It has planned or running work.').waitFor()
  await accessible(page, 'the question about open work')
  await dialog.getByRole('button', { name: 'Cancel the work and delete' }).click()
  await page.waitForURL(`${base}/equipment`)
  const { maintenanceRecords } = await graphql(
    'query ($filter: MaintenanceRecordFilter) { maintenanceRecords(filter: $filter) { nodes { id status } } }',
    { filter: { equipment: { in: [machine.id] }, deleted: 'ONLY' } },
  )
  assert.deepEqual(maintenanceRecords.nodes, [{ id: recordMaintenance.maintenanceRecord.id, status: 'CANCELLED' }])
  await done()
})

test('the list is used by the keyboard alone', async () => {
  const { page, done } = await open('/equipment?order=NAME_ASC')
  await rows(page).first().waitFor()
  await page.locator('[data-index="0"]').focus()
  for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowDown')
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.index), '30')
  await page.keyboard.press('Space')
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('End')
  const last = Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 2
  await page.waitForFunction((index) => document.activeElement?.dataset.index === index, String(last))
  await page.keyboard.press('Enter')
  await page.locator('.facts').waitFor()
  await page.waitForFunction(() => /^(H1|MAIN)$/.test(document.activeElement?.tagName ?? ''))
  await page.keyboard.press('Control+k')
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
  await page.keyboard.type('EX-0101')
  await page.getByRole('option').filter({ hasText: 'Komatsu PC210LC-11 EX-0101' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /EX-0101/ }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('w')
  await page.getByRole('heading', { level: 1, name: 'Work' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
  await done()
})

test('Enter in the palette opens what is found for the text, not what was found for the one before', async () => {
  const { page, done } = await open('/equipment')
  await rows(page).first().waitFor()
  await page.keyboard.press('Control+k')
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
  await page.keyboard.type('EX-0090')
  await page.getByRole('option').filter({ hasText: 'EX-0090' }).first().waitFor()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('EX-0101')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /EX-0101/ }).waitFor()
  await done()
})

test('the overview and the wall say that they are old when the server is gone, and are live again by themselves', async () => {
  const way = await door()
  const context = await browser.newContext({ viewport: sizes.desktop })
  context.setDefaultTimeout(120_000)
  const machine = await addMachine()
  try {
    const [page, wall] = [await context.newPage(), await context.newPage()]
    await wall.goto(`${way.url}/?wall`)
    await wall.locator('.wall header .end').waitFor()
    await page.goto(way.url)
    await page.getByText(/^Live, as of/).waitFor()
    for (let round = 1; round <= 3; round++) {
      await way.shut()
      await page.getByText(/^No connection since/).waitFor()
      await wall.getByText(/^No connection since/).waitFor()
      assert.match(await wall.locator('.by-status').innerText(), /\d/, 'the figures are kept')
      await change(machine.id, { status: round % 2 ? 'INACTIVE' : 'ACTIVE' })
      const { dashboardStats } = await graphql('{ dashboardStats { statusCounts { status count } } }')
      const inactive = String(dashboardStats.statusCounts.find((c) => c.status === 'INACTIVE').count)
      await way.reopen()
      await page.getByText(/^Live, as of/).waitFor()
      await wall.getByText(/^live/).waitFor()
      await wall
        .locator('.by-status .inactive b')
        .filter({ hasText: new RegExp(`^${inactive}$`) })
        .waitFor()
    }
  } finally {
    await context.close()
    await way.shut()
    await removeMachine(machine.id)
  }
})

const addresses = async () => {
  const { equipmentList } = await graphql('{ equipmentList(first: 1, filter: { status: [MAINTENANCE] }) { nodes { id } } }')
  const { sites } = await graphql('{ sites(first: 50) { nodes { id equipment(first: 1) { totalCount } } } }')
  const site = sites.nodes.find((s) => s.equipment.totalCount > 0)
  return [
    ['/', '.work-table tbody tr'],
    ['/equipment', '.machine-grid [data-id]'],
    ['/equipment?q=nothing+at+all', '.blank'],
    [`/equipment/${equipmentList.nodes[0].id}`, '.timeline'],
    ['/equipment/equipment_00000000000000000000000000', '.blank'],
    ['/equipment?deleted=only', '.machine-grid [data-id], .blank'],
    ['/sites', '.site-table a, .site-cards a'],
    ['/sites?q=nothing+at+all', '.blank'],
    [`/sites/${site.id}`, '.machines-here'],
    ['/sites/site_00000000000000000000000000', '.blank'],
    ['/work', '.work-row'],
    ['/work?view=calendar', '.calendar td:not(.outside) .mark'],
    ['/reliability', '.breakdown tbody tr'],
    ['/nowhere', '.blank'],
    ['/?wall', '.wall header .end'],
  ]
}

test('axe finds nothing on any page, light and dark, in both languages', async () => {
  for (const [colorScheme, locale] of [
    ['light', 'en-GB'],
    ['dark', 'es-ES'],
  ]) {
    const { page, done } = await open('/nowhere', { colorScheme, locale, reducedMotion: 'reduce' })
    for (const [path, ready] of await addresses()) {
      await page.goto(base + path)
      await page.locator(ready).first().waitFor()
      assert.equal(await page.evaluate(() => document.documentElement.lang), locale.slice(0, 2))
      await accessible(page, `${path}, ${colorScheme}, ${locale}`)
    }
    await page.goto(`${base}/equipment`)
    await page.locator('.page-head .btn.loud').click()
    await page.getByRole('dialog').waitFor()
    await accessible(page, 'the form of a machine')
    await done()
  }
})

test('nothing is cut and no page scrolls sideways at 320 and 360 px, in both languages', async () => {
  for (const [width, locale] of [
    [320, 'es-ES'],
    [360, 'en-GB'],
    [820, 'es-ES'],
  ]) {
    const { page, done } = await open('/nowhere', { viewport: { width, height: 740 }, locale })
    for (const [path, ready] of await addresses()) {
      await page.goto(base + path)
      await page.locator(ready).first().waitFor()
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.ok(over <= 0, `${path} at ${width} px is ${over} px too wide`)
    }
    await done()
  }
})

test('the language and the appearance follow the browser, and can be chosen', async () => {
  const { page, done } = await open('/equipment', { locale: 'es-PE' })
  await page.getByRole('heading', { level: 1, name: 'Máquinas' }).waitFor()
  await page.getByRole('button', { name: /Dana Reyes/ }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Machines' }).waitFor()
  await page.getByRole('button', { name: /Dana Reyes/ }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  assert.equal(await ground(), 'rgb(19, 18, 16)')
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Machines' }).waitFor()
  assert.equal(await ground(), 'rgb(19, 18, 16)', 'the choice is kept')
  await done()
})
