// Files of lists, and deleted machines, in a real browser against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accessible, addMachine, graphql, removeMachine } from './client.mjs'
import { base, open, sizes } from './page.mjs'

const rows = (page) => page.locator('.machine-grid [data-id]')

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
  await rows(page).filter({ hasText: machine.name }).waitFor()
  assert.equal(await rows(page).filter({ hasText: 'Komatsu' }).count(), 0, 'no machine of the fleet is among them')
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
