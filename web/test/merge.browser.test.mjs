// Machines that were entered twice are merged, in a real browser against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, addMachine, addOperator, graphql, mutate, removeMachine } from './client.mjs'
import { asAnalyst, cardOf, dialog, field, open, shot, sizes } from './page.mjs'

const ago = (days) => new Date(Date.now() - days * 86_400_000).toISOString()
const read = (equipmentId, days, hours) => mutate('addMeterReading', { equipmentId, readAt: ago(days), hours })
const assign = (equipmentId, { id: operatorId }) =>
  mutate('assignOperator', { equipmentId, operatorId, assignedAt: ago(3) }, 'assignment { id }')

const recordsOf = async (id) =>
  (await graphql('query ($id: ID!) { equipment(id: $id) { maintenanceRecords { totalCount } } }', { id })).equipment?.maintenanceRecords
    .totalCount

/** Opens the dialog of a machine's page. */
async function openMerge(page, [more, action] = ['More', 'Merge with a duplicate']) {
  await page.locator('.page-head').getByRole('button', { name: more }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Finds the other machine by what is typed, and chooses it by the keyboard before it is shown. */
async function choose(page, text, name) {
  const find = dialog(page).getByRole('combobox', { name: /entry of the same machine|ficha de la misma máquina/ })
  await find.fill(text)
  await find.press('Enter')
  await dialog(page).locator('.line').getByText(name, { exact: true }).waitFor()
}

const cells = (page, label) =>
  dialog(page)
    .locator('.sides tr')
    .filter({ has: page.getByRole('rowheader', { name: label, exact: true }) })
    .locator('td')

test('a duplicate is found by its serial number and merged, and the merge is undone', async () => {
  const serialNumber = `DUP-${process.pid}`
  const machine = await addMachine()
  const twin = await addMachine({ serialNumber })
  await mutate('recordMaintenance', { equipmentId: twin.id, kind: 'CORRECTIVE', description: 'New hose' })
  const { page, done } = await open(`/equipment/${machine.id}`)
  await openMerge(page)
  const send = () => dialog(page).getByRole('button', { name: 'Merge', exact: true }).click()
  await send()
  await field(page, 'The other entry of the same machine').getByText('This is needed.').waitFor()
  await accessible(page, 'a merge without a duplicate')
  await choose(page, serialNumber, twin.name)
  await dialog(page).getByRole('columnheader', { name: 'Is deleted' }).waitFor()
  assert.deepEqual(await cells(page, 'Name').allInnerTexts(), [machine.name, twin.name])
  assert.deepEqual(await cells(page, 'Serial number').allInnerTexts(), ['–', serialNumber])
  assert.deepEqual(await cells(page, 'Maintenance records').allInnerTexts(), ['0', '1'])
  await dialog(page).getByText(`${twin.name} is deleted after that.`).waitFor()
  await accessible(page, 'a merge of two machines')
  await shot(page, 'merge')
  await dialog(page).getByLabel(/^Why/).fill('entered by hand and imported')
  await page.keyboard.press('Escape')
  await dialog(page).getByRole('button', { name: 'Stay' }).click() // what was chosen is not lost
  await send()
  const toast = page.locator('.toast').filter({ hasText: `${twin.name} merged into ${machine.name}: 1 entry moved` })
  await toast.waitFor()
  assert.deepEqual([await recordsOf(machine.id), await recordsOf(twin.id)], [1, undefined])
  await toast.getByRole('button', { name: 'Undo' }).click()
  await page.locator('.toast').getByText(`${twin.name} is an entry of its own again`).waitFor()
  assert.deepEqual([await recordsOf(machine.id), await recordsOf(twin.id)], [0, 1])
  await cardOf(page, 'Last changes').getByText('Because: entered by hand and imported').waitFor()
  for (const { id } of [machine, twin]) await removeMachine(id)
  await done()
})

test('what cannot be true of one machine is refused with the names of both; the other entry may stay, and the deleted one leads back', async () => {
  const [machine, twin] = [await addMachine(), await addMachine()]
  const [ada, bob] = [await addOperator('Ada'), await addOperator('Bob')]
  await assign(machine.id, ada)
  const { assignment } = await assign(twin.id, bob)
  const { page, done } = await open(`/equipment/${machine.id}`)
  await openMerge(page)
  await choose(page, twin.name, twin.name)
  const send = () => dialog(page).getByRole('button', { name: 'Merge', exact: true }).click()
  await dialog(page).getByLabel('Entry that stays').selectOption(twin.id)
  await dialog(page).getByText(`${machine.name} is deleted after that.`).waitFor()
  await send()
  const refused = dialog(page)
    .getByRole('alert')
    .getByText(/correct or delete one of the assignments/)
  await refused.waitFor()
  assert.match(await refused.innerText(), new RegExp(`operator ${ada.name}`))
  assert.match(await refused.innerText(), new RegExp(`operator ${bob.name}`))
  await accessible(page, 'a merge that is refused')
  await shot(page, 'merge-refused')

  await mutate('deleteAssignment', { assignmentId: assignment.id, reason: 'never there' })
  await cells(page, 'Operator').filter({ hasText: bob.name }).waitFor({ state: 'detached' }) // the dialog hears of it
  await send()
  await page.getByRole('heading', { level: 1, name: twin.name }).waitFor()
  await page.locator('.facts').getByText(ada.name).first().waitFor()

  await page.goto(new URL(`/equipment/${machine.id}`, page.url()).href)
  const note = page.locator('.notice').filter({ hasText: `It was merged into ${twin.name}` })
  await note.getByRole('link', { name: 'To that machine' }).waitFor()
  await accessible(page, 'a machine that was merged')
  await shot(page, 'merged')
  await page.getByRole('button', { name: 'Take the merge back' }).click()
  await page.getByRole('button', { name: 'Record work' }).first().waitFor()
  await page.locator('.facts').getByText(ada.name).first().waitFor()
  for (const { id } of [machine, twin]) await removeMachine(id)
  await done()
})

test('readings that one meter can hardly have shown are confirmed, on a phone, in Spanish and in the dark', async () => {
  const [machine, twin] = [await addMachine(), await addMachine()]
  await read(machine.id, 2, '100')
  await read(twin.id, 1, '5000')
  const { page, done } = await open(`/equipment/${machine.id}`, { locale: 'es-ES', colorScheme: 'dark', viewport: sizes.phone })
  await openMerge(page, ['Más', 'Unir con un duplicado'])
  await choose(page, twin.name, twin.name)
  await dialog(page).getByRole('columnheader', { name: 'Se elimina' }).waitFor()
  await shot(page, 'merge-phone')
  const send = () => dialog(page).getByRole('button', { name: 'Unir', exact: true }).click()
  await send()
  const alert = dialog(page)
    .getByRole('alert')
    .getByText(/apenas pueden ser de un mismo horómetro/)
  await alert.waitFor()
  await page.waitForFunction((e) => e.getBoundingClientRect().top >= 0, await alert.elementHandle()) // it is brought into sight
  await accessible(page, 'a merge that is doubted, dark and in Spanish')
  await shot(page, 'merge-doubted-phone')
  const over = await dialog(page).evaluate((e) => e.scrollWidth - e.clientWidth)
  assert.ok(over <= 0, `the dialog is ${over} px too wide`)
  await dialog(page).getByLabel('El horómetro marcaba de verdad esto').check()
  await send()
  await dialog(page).waitFor({ state: 'detached' })
  await cardOf(page, 'Lecturas del horómetro').getByText('5.000 h', { exact: true }).waitFor()
  await removeMachine(machine.id)
  await done()
})

test('a user without the right cannot merge', async () => {
  const machine = await addMachine()
  const { page, done } = await open('/')
  await asAnalyst(page)
  await page.goto(new URL(`/equipment/${machine.id}`, page.url()).href)
  await page.getByRole('heading', { level: 1, name: machine.name }).waitFor()
  assert.equal(await page.locator('.page-head').getByRole('button').count(), 0)
  await removeMachine(machine.id)
  await done()
})
