// What was recorded wrongly is set right in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, addMachine, change, graphql, removeMachine } from './client.mjs'
import { open, sizes } from './page.mjs'

const dialog = (page) => page.getByRole('dialog')
const history = (page) => page.locator('.card').filter({ hasText: 'Last changes' })

/** Records work that is done, beside the browser. */
async function addWork(equipmentId, fields = {}) {
  const { recordMaintenance } = await graphql(
    'mutation ($input: RecordMaintenanceInput!) { recordMaintenance(input: $input) { maintenanceRecord { id } errors { message } } }',
    { input: { equipmentId, kind: 'CORRECTIVE', description: 'New hose', cost: '100.00', ...fields } },
  )
  assert.deepEqual(recordMaintenance.errors, [])
  return recordMaintenance.maintenanceRecord.id
}

async function addReading(equipmentId, readAt, hours) {
  const { addMeterReading } = await graphql(
    'mutation ($input: AddMeterReadingInput!) { addMeterReading(input: $input) { errors { message } } }',
    { input: { equipmentId, readAt, hours } },
  )
  assert.deepEqual(addMeterReading.errors, [])
}

const recordOf = async (id) =>
  (
    await graphql(
      'query ($id: ID!) { maintenanceRecord(id: $id) { status cost labourHours meterHours equipment { id } reversedBy { cost labourHours } } }',
      { id },
    )
  ).maintenanceRecord

/** Opens the record's dialog and chooses what is done with it. */
async function choose(page, name) {
  await dialog(page).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name }).click()
}

test('a record is corrected, reversed and reopened, and each says why in its history', async () => {
  const machine = await addMachine()
  const id = await addWork(machine.id, { labourHours: '3' })
  const { page, done } = await open(`/equipment/${machine.id}`)
  await page.locator('.records').getByRole('link', { name: 'New hose' }).click()
  await dialog(page).locator('.record-facts').getByText('€100.00').waitFor()
  assert.match(page.url(), new RegExp(`record=${id}`), 'the record can be linked to')
  await accessible(page, 'the record')

  await dialog(page).getByRole('button', { name: 'Correct' }).click()
  await dialog(page)
    .getByLabel(/^Cost, EUR/)
    .fill('12x')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  const field = (label) => dialog(page).locator('.field').filter({ hasText: label })
  await field('Why').getByText('Say why.').waitFor()
  await field('Cost, EUR').locator('.error').waitFor()
  await accessible(page, 'the correction with errors')
  await dialog(page)
    .getByLabel(/^Cost, EUR/)
    .fill('110.5')
  await dialog(page).getByLabel('Why').fill('the invoice has another amount')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await dialog(page).locator('.record-facts').getByText('€110.50').waitFor()
  await dialog(page).getByText('Because: the invoice has another amount').waitFor()
  await dialog(page).getByText('€100.00 → €110.50').waitFor()

  await choose(page, 'Reverse the cost')
  assert.equal(
    await dialog(page)
      .getByLabel(/^Cost, EUR/)
      .inputValue(),
    '-110.50',
  )
  assert.equal(
    await dialog(page)
      .getByLabel(/^Labour, h/)
      .inputValue(),
    '-3',
  )
  await dialog(page).getByRole('button', { name: 'Reverse the cost' }).click()
  await dialog(page).locator('.record-facts div').filter({ hasText: 'Reversed by' }).getByRole('button').waitFor()
  assert.deepEqual((await recordOf(id)).reversedBy, { cost: '-110.50', labourHours: '-3.00' })

  // Its reversal would stay behind: the server refuses, and what was typed is kept until it is given up.
  await choose(page, 'Delete record')
  await dialog(page).getByLabel('Why').fill('entered twice')
  await dialog(page).getByRole('button', { name: 'Delete record' }).click()
  await dialog(page)
    .getByRole('alert')
    .getByText(/has a reversal/)
    .waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor()
  await page.getByRole('button', { name: 'Leave' }).click()

  await choose(page, 'Reopen')
  await dialog(page).getByLabel('Why').fill('it still leaks')
  await dialog(page).getByLabel('The work keeps the machine down').check()
  await dialog(page).getByRole('button', { name: 'Reopen' }).click()
  await dialog(page).getByText('Because: it still leaks').waitFor()
  await dialog(page).locator('.record-facts').getByText('In progress').waitFor()
  await page.locator('.page-head').getByText('In maintenance').waitFor() // the machine follows
  assert.equal((await recordOf(id)).status, 'IN_PROGRESS')
  await done()
})

test('a record is deleted and restored, and moved to the machine that it belongs to', async () => {
  const [from, to] = [await addMachine(), await addMachine()]
  const id = await addWork(from.id)
  const { page, done } = await open(`/equipment/${from.id}?record=${id}`)
  await dialog(page).locator('.record-facts').waitFor()
  await choose(page, 'Delete record')
  await dialog(page).getByLabel('Why').fill('entered twice')
  await dialog(page).getByRole('button', { name: 'Delete record' }).click()
  await page.getByText('No work recorded yet.').waitFor()
  assert.equal(await recordOf(id), null)

  await page.getByRole('button', { name: 'Deleted records' }).click()
  const removed = page.locator('.removed')
  await removed.getByText('Because: entered twice').waitFor()
  await accessible(page, 'the deleted records')
  await removed.getByRole('button', { name: 'Restore' }).click()
  await dialog(page).getByLabel('Why').fill('it was another one')
  await dialog(page).getByRole('button', { name: 'Restore' }).click()
  await page.locator('.records').getByRole('link', { name: 'New hose' }).click()
  await dialog(page).getByText('Because: it was another one').waitFor()

  await choose(page, 'Move to another machine')
  await dialog(page).getByRole('combobox').fill(to.name)
  await page.getByRole('option').filter({ hasText: to.name }).click()
  await dialog(page).getByLabel('Why').fill('the plate was misread')
  await dialog(page).getByRole('button', { name: 'Move to another machine' }).click()
  await page
    .locator('.toast')
    .filter({ hasText: `Moved to ${to.name}` })
    .getByRole('button', { name: 'Show' })
    .click()
  await page.getByRole('heading', { level: 1, name: to.name }).waitFor()
  await dialog(page).getByText('Because: the plate was misread').waitFor()
  await dialog(page).getByText(`${from.name} → ${to.name}`).waitFor()
  assert.equal((await recordOf(id)).equipment.id, to.id)
  for (const m of [from, to]) await removeMachine(m.id)
  await done()
})

test('hours of a meter that can hardly be are confirmed; a reading is corrected and voided, with its reason', async () => {
  const machine = await addMachine()
  await addReading(machine.id, new Date(Date.now() - 2 * 86_400_000).toISOString(), '100')
  const { page, done } = await open(`/equipment/${machine.id}`)
  const card = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Meter readings' }) })
  await card.getByRole('button', { name: 'Add reading' }).click()
  const hours = dialog(page).locator('.field').filter({ hasText: 'Hours on the meter' })
  await hours.getByRole('textbox').fill('5000')
  await dialog(page).getByRole('button', { name: 'Add reading' }).click()
  await hours.getByText(/more than have passed/).waitFor()
  assert.doesNotMatch(await hours.innerText(), /confirm: true/, 'what is meant for programs is left out')
  assert.equal(await card.locator('.entries li').count(), 1, 'nothing was added')
  await accessible(page, 'the question about the hours')
  await dialog(page).getByLabel('The meter really showed this').check()
  await dialog(page).getByRole('button', { name: 'Add reading' }).click()
  await card.getByText('5,000 h').first().waitFor()

  await card.getByRole('button', { name: '5,000 h: actions' }).click()
  await page.getByRole('menuitem', { name: 'Correct' }).click()
  await hours.getByRole('textbox').fill('90')
  await dialog(page).getByLabel('Why').fill('one digit too many')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await hours.locator('.error').waitFor() // less than the reading before
  assert.equal(await dialog(page).getByLabel('The meter really showed this').count(), 0, 'nobody can insist on that')
  await hours.getByRole('textbox').fill('110')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await card.locator('.entries').getByText('110 h', { exact: true }).waitFor()

  await card.getByRole('button', { name: '110 h: actions' }).click()
  await page.getByRole('menuitem', { name: 'Void' }).click()
  await dialog(page).getByRole('button', { name: 'Void' }).click()
  await dialog(page).getByText('Say why.').waitFor()
  await dialog(page).getByLabel('Why').fill('of another machine')
  await dialog(page).getByRole('button', { name: 'Void' }).click()
  await page.waitForFunction(() => document.querySelectorAll('.entries li').length === 1)
  await card.getByRole('button', { name: 'Void readings' }).click()
  await card.locator('.removed').getByText('110 h').waitFor()
  await history(page).getByText('Because: of another machine').waitFor()
  await history(page).getByText('Because: one digit too many').waitFor()

  // The same of work that reads the meter.
  await page.getByRole('button', { name: 'Record work' }).first().click()
  await dialog(page)
    .getByLabel(/^Meter, h/)
    .fill('9000')
  await dialog(page)
    .getByLabel(/^Labour, h/)
    .fill('1.5')
  await dialog(page).getByRole('button', { name: 'Record work' }).click()
  await dialog(page).getByLabel('The meter really showed this').check()
  await dialog(page).getByRole('button', { name: 'Record work' }).click()
  await page.locator('.records tbody tr').first().waitFor()
  const { equipment } = await graphql(
    'query ($id: ID!) { equipment(id: $id) { maintenanceRecords { nodes { meterHours labourHours } } meterReadings { nodes { hours } } } }',
    { id: machine.id },
  )
  assert.deepEqual(equipment.maintenanceRecords.nodes, [{ meterHours: '9000.0', labourHours: '1.50' }])
  assert.deepEqual(equipment.meterReadings.nodes, [{ hours: '100.0' }])
  await removeMachine(machine.id)
  await done()
})

test('the operator and the period of an assignment are corrected, and an assignment is deleted', async () => {
  const machine = await addMachine()
  const { operators } = await graphql('{ operators(first: 2, filter: { status: [ACTIVE] }) { nodes { id firstName lastName } } }')
  const [ada, bob] = operators.nodes
  const { assignOperator } = await graphql(
    'mutation ($input: AssignOperatorInput!) { assignOperator(input: $input) { assignment { id } errors { message } } }',
    { input: { equipmentId: machine.id, operatorId: ada.id, assignedAt: '2026-03-01T07:00:00Z', releasedAt: '2026-03-05T15:00:00Z' } },
  )
  assert.deepEqual(assignOperator.errors, [])
  const { page, done } = await open(`/equipment/${machine.id}`, { timezoneId: 'Asia/Tokyo' })
  const card = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Operators over time' }) })
  const name = (o) => `${o.firstName} ${o.lastName}`
  await card.getByRole('button', { name: `${name(ada)}: actions` }).click()
  await page.getByRole('menuitem', { name: 'Correct' }).click()
  const { viewer } = await graphql('{ viewer { company { timeZone } } }')
  const zoned = new Date('2026-03-01T07:00:00Z').toLocaleString('sv', { timeZone: viewer.company.timeZone }).slice(0, 16).replace(' ', 'T')
  assert.equal(await dialog(page).getByLabel('From').inputValue(), zoned, 'times are in the zone of the company, not of the browser')
  await dialog(page)
    .getByLabel(/Find an operator/)
    .fill(bob.lastName)
  await dialog(page)
    .getByRole('option', { name: name(bob) })
    .waitFor({ state: 'attached' })
  await dialog(page).getByLabel('Operator', { exact: true }).selectOption(name(bob))
  await dialog(page).getByLabel(/^To/).fill('2026-02-05T12:00')
  await dialog(page).getByLabel('Why').fill('it was another one')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await dialog(page).locator('.field').filter({ hasText: /^To/ }).locator('.error').waitFor() // it ends before it begins
  await accessible(page, 'the correction of an assignment')
  await dialog(page).getByLabel(/^To/).fill('2026-03-04T12:00')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await card.getByRole('button', { name: `${name(bob)}: actions` }).click()
  await history(page).getByText('Because: it was another one').waitFor()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await dialog(page).getByLabel('Why').fill('she was ill')
  await dialog(page).getByRole('button', { name: 'Delete' }).click()
  await card.getByText('No operator was assigned yet.').waitFor()
  await history(page).getByText('Because: she was ill').waitFor()
  await removeMachine(machine.id)
  await done()
})

test('a machine has its make, days of service, value and hours, and its statuses over time', async () => {
  const machine = await addMachine()
  await change(machine.id, { status: 'INACTIVE' })
  const { page, done } = await open(`/equipment/${machine.id}`, { locale: 'es-ES', viewport: sizes.phone })
  await page.getByRole('button', { name: 'Editar' }).click()
  const fill = (label, text) => dialog(page).getByLabel(label).fill(text)
  await fill(/^Fabricante/, 'Liebherr')
  await fill(/^Modelo/, 'R 922')
  await fill(/^Año/, '2019')
  await fill(/^En servicio desde/, '2019-05-01')
  await fill(/^Valor de reposición/, '210.000,50')
  await fill(/^Horas programadas/, '45,5')
  await dialog(page).getByLabel('Estado').selectOption('RETIRED')
  await fill(/^Dada de baja el/, '2018-01-01')
  await dialog(page).getByRole('button', { name: 'Guardar' }).click()
  await dialog(page).locator('.field').filter({ hasText: 'Dada de baja el' }).locator('.error').waitFor() // before it was in service
  await fill(/^Dada de baja el/, '2026-11-01')
  await dialog(page).getByRole('button', { name: 'Guardar' }).click()
  const facts = page.locator('.facts').first()
  for (const text of ['Liebherr R 922 2019', '45,5 h por semana', '210.001', '1 may 2019', '1 nov'])
    await facts.getByText(text).first().waitFor()
  const lane = page.locator('.segment.status')
  await lane.filter({ hasText: 'De baja' }).waitFor({ state: 'attached' })
  await lane.filter({ hasText: 'Inactiva' }).first().waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Tabla' }).click()
  await page
    .locator('.tall-table')
    .getByText(/^De baja \(/)
    .waitFor()
  const { equipment } = await graphql('query ($id: ID!) { equipment(id: $id) { year retiredOn replacementValue scheduledHoursPerWeek } }', {
    id: machine.id,
  })
  assert.deepEqual(equipment, { year: 2019, retiredOn: '2026-11-01', replacementValue: '210000.50', scheduledHoursPerWeek: '45.5' })
  await removeMachine(machine.id)
  await done()
})
