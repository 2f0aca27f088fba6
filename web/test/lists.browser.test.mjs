// Files of lists, and deleted machines, in a real browser against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accessible, addMachine, graphql, removeMachine } from './client.mjs'
import { askAgain, base, open, sizes } from './page.mjs'

const rows = (page) => page.locator('.machine-grid [data-id]')
const dialogOf = (page, name) => page.getByRole('dialog', { name, exact: true })

/** Downloads the list that is shown, and returns its name and its bytes. */
async function download(page, format) {
  await page.getByRole('button', { name: 'Download' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()])
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) }
}

/** The ids of a file, in its order: they are the first column. */
const idsOf = (csv) =>
  csv
    .toString()
    .split('\r\n')
    .map((line) => line.split(',')[0])
    .filter((id) => /^(equipment|maintenance)_/.test(id))

test('a file has exactly the rows of the list, with its filter and in its order', async () => {
  const { page, done } = await open('/equipment?status=ACTIVE&category=Excavator&order=COST_DESC')
  await rows(page).first().waitFor()
  const { equipmentList } = await graphql(
    '{ equipmentList(first: 100, filter: { status: [ACTIVE], category: ["Excavator"] }, orderBy: COST_DESC) { totalCount nodes { id } } }',
  )
  const csv = await download(page, 'CSV')
  assert.match(csv.name, /^equipment-\d{4}-\d\d-\d\d\.csv$/)
  const ids = idsOf(csv.content)
  assert.equal(ids.length, equipmentList.totalCount)
  assert.deepEqual(
    ids.slice(0, 100),
    equipmentList.nodes.map((n) => n.id),
  )
  const book = await download(page, 'Excel workbook')
  assert.match(book.name, /\.xlsx$/)
  assert.equal(book.content.subarray(0, 2).toString(), 'PK')

  await page.goto(`${base}/work`)
  await page.locator('.work-row').first().waitFor()
  const { maintenanceRecords } = await graphql(
    '{ maintenanceRecords(first: 100, filter: { status: [PLANNED, IN_PROGRESS] }, orderBy: MAINTENANCE_DATE_ASC) { totalCount nodes { id } } }',
  )
  const work = idsOf((await download(page, 'CSV')).content)
  assert.equal(work.length, maintenanceRecords.totalCount)
  assert.deepEqual(
    work.slice(0, 100),
    maintenanceRecords.nodes.map((n) => n.id),
  )
  await done()
})

/** Adds a site, and moves a machine there. */
async function addSiteWith(name, machine) {
  const { createSite } = await graphql(
    'mutation ($input: CreateSiteInput!) { createSite(input: $input) { site { id } errors { message } } }',
    { input: { name } },
  )
  assert.deepEqual(createSite.errors, [])
  await move(machine, createSite.site.id)
  return createSite.site.id
}

async function move(equipmentId, siteId) {
  const { moveEquipment } = await graphql(
    'mutation ($input: MoveEquipmentInput!) { moveEquipment(input: $input) { errors { message } } }',
    { input: { equipmentId, ...(siteId ? { siteId } : {}) } },
  )
  assert.deepEqual(moveEquipment.errors, [])
}

test('the list is filtered by site, in its address, its file and its numbers, and follows a move', async () => {
  const category = `Site category ${process.pid}`
  const [a, b, c] = [await addMachine({ category }), await addMachine({ category }), await addMachine({ category })]
  const [north, south] = [`North pit ${process.pid}`, `South pit ${process.pid}`]
  const [northId, southId] = [await addSiteWith(north, a.id), await addSiteWith(south, b.id)]
  const { page, done } = await open(`/sites/${northId}`)
  // The page of a site leads to its machines in the list.
  await page.getByRole('link', { name: 'In the list of machines' }).click()
  await page.waitForURL(`${base}/equipment?site=${northId}`)
  await rows(page).filter({ hasText: a.name }).getByText(north).waitFor() // the column of the site
  await page.getByText(/^1 of \d+ machines$/).waitFor()
  assert.equal(await rows(page).count(), 1)
  await page.getByRole('button', { name: north }).waitFor() // what the list is filtered by is said

  await page.goto(`${base}/equipment?category=${encodeURIComponent(category)}`)
  await page.getByText(/^3 of \d+ machines$/).waitFor()
  await page.getByRole('button', { name: 'Site', exact: true }).click()
  const choices = dialogOf(page, 'Site').locator('.choice')
  await choices.filter({ hasText: north }).waitFor()
  assert.deepEqual(await choices.allInnerTexts(), [`At no site\n1`, `${north}\n1`, `${south}\n1`], 'of the machines of the other filters')
  await accessible(page, 'the filter by site')
  // Two choices in quick succession: the second one is made on top of the first, however busy the page is.
  await choices.evaluateAll(async (labels) => {
    for (const i of [1, 0]) {
      labels[i].querySelector('input').click()
      await Promise.resolve() // as between two events of a user
    }
  })
  assert.equal(await choices.getByRole('checkbox', { checked: true }).count(), 2)
  await page.getByText(/^2 of \d+ machines$/).waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => url.searchParams.getAll('site').join() === `${northId},none`)
  await page.getByRole('button', { name: '2 sites' }).waitFor()
  await page
    .getByRole('button', { name: /^Active/ })
    .getByText('2')
    .waitFor() // the numbers of the statuses
  await rows(page).filter({ hasText: c.name }).waitFor()
  assert.deepEqual(idsOf((await download(page, 'CSV')).content).sort(), [a.id, c.id].sort(), 'the file has the rows of the list')
  await page.reload()
  await page.getByText(/^2 of \d+ machines$/).waitFor()

  // A machine that is moved away leaves the list by itself.
  await page.getByText(/^Live, as of/).waitFor()
  await move(a.id, southId)
  await rows(page).filter({ hasText: a.name }).waitFor({ state: 'detached' })
  await page.getByText(/^1 of \d+ machines$/).waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.waitForURL(`${base}/equipment`)
  await page.goto(`${base}/equipment?site=site_${'0'.repeat(26)}&site=nonsense`)
  await page.getByRole('heading', { name: 'No equipment found' }).waitFor()
  await page.getByRole('button', { name: 'A site that is gone' }).waitFor()
  for (const m of [a, b]) await move(m.id)
  for (const m of [a, b, c]) await removeMachine(m.id)
  for (const siteId of [northId, southId]) {
    await graphql('mutation ($siteId: ID!) { deleteSite(input: { siteId: $siteId }) { deletedId } }', { siteId })
  }
  await done()
})

test('sites to filter by are chosen on a phone by name, in Spanish and in the dark', async () => {
  const machine = await addMachine()
  const site = await addSiteWith(`Cantera ${process.pid}`, machine.id)
  const { page, done } = await open('/equipment', { locale: 'es-ES', colorScheme: 'dark', viewport: sizes.phone })
  await rows(page).first().waitFor()
  // A failure is said in the layer, and the choices are asked for again from there.
  const fail = (route) =>
    (route.request().postData() ?? '').includes('query SiteCounts')
      ? route.fulfill({ json: { data: null, errors: [{ message: 'out of order', extensions: { code: 'X' } }] } })
      : route.fallback()
  await page.route('**/graphql', fail)
  await page.getByRole('button', { name: 'Obra', exact: true }).click()
  const layer = dialogOf(page, 'Obra')
  await layer.getByRole('alert').getByText('out of order').waitFor()
  await page.unroute('**/graphql', fail)
  await askAgain(layer.getByRole('button', { name: 'Reintentar' }))
  await layer.getByPlaceholder('Buscar una obra').fill(`cantera ${process.pid}`)
  assert.equal(await layer.locator('.choice').count(), 1)
  await accessible(page, 'the filter by site, dark and in Spanish')
  await layer.getByRole('checkbox').check()
  await page.getByText(/^1 de \d+ máquinas$/).waitFor()
  await page.keyboard.press('Escape')
  const card = rows(page).filter({ hasText: machine.name })
  await card.getByText(`Cantera ${process.pid}`).waitFor()
  await accessible(page, 'the list of a site, dark and in Spanish')
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0)
  await move(machine.id)
  await removeMachine(machine.id)
  await graphql('mutation ($siteId: ID!) { deleteSite(input: { siteId: $siteId }) { deletedId } }', { siteId: site })
  await done()
})

const password = process.env.FLEET_TEST_PASSWORD

test('a download of a session that has ended asks for the password, and is made then', { skip: !password }, async () => {
  const { page } = await open('/sign-in?next=/equipment')
  await page.getByLabel('E-mail').fill('tess@example.com')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${base}/equipment`)
  await page.getByRole('button', { name: 'Download' }).waitFor()
  // The demo takes a browser without a session for its manager: the answer of a server without a demo is given once.
  let ended = true
  await page.route('**/graphql', async (route) => {
    if (!ended || !(route.request().postData() ?? '').includes('query EnsureSession')) return route.continue()
    ended = false
    await route.fulfill({ json: { data: null, errors: [{ message: 'sign in', extensions: { code: 'UNAUTHENTICATED' } }] } })
  })
  await page.getByRole('button', { name: 'Download' }).click()
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password').fill(password)
  const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Sign in', exact: true }).click()])
  const text = (await readFile(await file.path())).toString()
  assert.match(text, /id,name,serialNumber/)
  assert.doesNotMatch(text, /Komatsu/, 'it is of the company that has signed in')
  await page.context().close()
})

test('deleted machines are listed, shown and restored', async () => {
  const machine = await addMachine({ description: 'sold by mistake' })
  await graphql('mutation ($input: RecordMaintenanceInput!) { recordMaintenance(input: $input) { errors { message } } }', {
    input: { equipmentId: machine.id, kind: 'CORRECTIVE', description: 'New hose', cost: '100.00' },
  })
  await removeMachine(machine.id)
  const { page, done } = await open('/equipment?order=NAME_ASC')
  await rows(page).first().waitFor()
  assert.equal(await rows(page).filter({ hasText: machine.name }).count(), 0)
  await page.getByRole('button', { name: 'Deleted machines' }).click()
  await page.waitForURL(/deleted=only/)
  await page.getByRole('heading', { level: 1, name: 'Deleted machines' }).waitFor()
  const search = page.getByPlaceholder('Name, code or serial') // other tests have deleted more than a screen shows
  await search.fill('Komatsu')
  await page.getByRole('heading', { name: 'No equipment found' }).waitFor() // no machine of the fleet is among them
  await search.fill(machine.name)
  await rows(page).filter({ hasText: machine.name }).waitFor()
  assert.equal(await rows(page).getByRole('checkbox').count(), 0, 'what is deleted cannot be changed at once')
  await accessible(page, 'the deleted machines')
  const file = idsOf((await download(page, 'CSV')).content)
  assert.ok(file.includes(machine.id), 'the file has the deleted machines too')
  await rows(page).filter({ hasText: machine.name }).getByRole('link').click()
  await page.getByText(/^It was deleted on/).waitFor()
  for (const text of ['sold by mistake', 'New hose', 'Deleted']) await page.getByText(text).first().waitFor()
  await accessible(page, 'a deleted machine')
  await page.getByRole('button', { name: 'Restore machine' }).click()
  await page.locator('.timeline').waitFor()
  await page.locator('.records').getByText('New hose').waitFor()
  await page.locator('.log').getByText('Restored').waitFor()
  await page.goto(`${base}/equipment?q=${encodeURIComponent(machine.name)}`)
  await rows(page).filter({ hasText: machine.name }).waitFor()
  await removeMachine(machine.id)
  await done()
})

test('a deleted machine fits on a phone, in Spanish and in the dark', async () => {
  const machine = await addMachine()
  await removeMachine(machine.id)
  const { page, done } = await open(`/equipment/${machine.id}`, { locale: 'es-ES', colorScheme: 'dark', viewport: sizes.phone })
  await page.getByRole('button', { name: 'Recuperar la máquina' }).waitFor()
  await accessible(page, 'a deleted machine, dark and in Spanish')
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok((await over()) <= 0)
  await page.goto(`${base}/equipment?deleted=only`)
  await page.getByRole('heading', { level: 1, name: 'Máquinas eliminadas' }).waitFor()
  await rows(page).first().waitFor()
  await accessible(page, 'the deleted machines, dark and in Spanish')
  assert.ok((await over()) <= 0)
  await done()
})
