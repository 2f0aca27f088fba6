// A machine gets further meters in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, addMachine, graphql, mutate, removeMachine } from './client.mjs'
import { open, sizes } from './page.mjs'

const dialog = (page) => page.getByRole('dialog')
const meter = (page, name) => page.getByRole('region', { name, exact: true })
const at = (daysAgo) => new Date(Date.now() - daysAgo * 86_400_000).toISOString()

/** Opens the menu of a meter or of a reading, and chooses what is done. */
async function choose(page, within, of, what) {
  await within.getByRole('button', { name: of, exact: true }).click()
  await page.getByRole('menuitem', { name: what, exact: true }).click()
}

test('a machine gets an odometer, which is read, corrected, voided, renamed and counted for itself', async () => {
  const machine = await addMachine()
  const { page, done } = await open(`/equipment/${machine.id}`)
  await page.getByRole('button', { name: 'Add meter' }).click()
  await dialog(page).getByRole('button', { name: 'Add meter' }).click()
  await dialog(page).getByText('Give the meter a name.').waitFor()
  await dialog(page).getByLabel('Name').fill('Odometer')
  await accessible(page, 'a new meter')
  await dialog(page).getByRole('button', { name: 'Add meter' }).click()
  const odometer = meter(page, 'Odometer')
  await odometer.getByText('Not read yet.').waitFor()
  await odometer.getByText('kilometres').waitFor()

  await page.getByRole('button', { name: 'Add meter' }).click()
  await dialog(page).getByLabel('Name').fill('odo meter')
  await dialog(page).getByRole('button', { name: 'Add meter' }).click()
  await dialog(page)
    .getByText(/another meter of the machine has this name/)
    .waitFor()
  await dialog(page).getByLabel('Name').fill('Strokes')
  await dialog(page).getByLabel('It counts').selectOption('CYCLES')
  await dialog(page).getByRole('button', { name: 'Add meter' }).click()
  await meter(page, 'Strokes').getByText('cycles').waitFor()

  const { equipment } = await graphql('query ($id: ID!) { equipment(id: $id) { meters { id name unit } } }', { id: machine.id })
  assert.deepEqual(
    equipment.meters.map(({ name, unit }) => `${name} ${unit}`),
    ['Odometer KILOMETRES', 'Strokes CYCLES'],
  )
  await mutate('addMeterReading', { equipmentId: machine.id, meterId: equipment.meters[0].id, readAt: at(2), hours: '90000' })
  await page.reload()
  await choose(page, odometer, 'Odometer: actions', 'Add reading')
  const value = dialog(page).locator('.field').filter({ hasText: 'Odometer, kilometres' })
  await value.getByRole('textbox').fill('99000')
  await dialog(page)
    .getByRole('button', { name: /^Add reading/ })
    .click()
  await value.getByText(/more than a machine runs at 130 kilometres an hour/).waitFor()
  await dialog(page).getByLabel('The meter really showed this').check()
  await dialog(page)
    .getByRole('button', { name: /^Add reading/ })
    .click()
  await odometer.getByText('99,000 km in all').waitFor()
  await accessible(page, 'a machine with further meters')

  await choose(page, odometer, '99,000 km: actions', 'Correct')
  await value.getByRole('textbox').fill('90100')
  await dialog(page).getByLabel('Why').fill('a digit was misread')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await odometer.getByText('90,100 km in all').waitFor()
  await choose(page, odometer, '90,100 km: actions', 'Void')
  await dialog(page)
    .getByText(/90,100 km of/)
    .waitFor()
  await dialog(page).getByLabel('Why').fill('of another machine')
  await dialog(page).getByRole('button', { name: 'Void' }).click()
  await odometer.getByText('90,000 km in all').waitFor()
  await page.getByRole('button', { name: 'Void readings' }).click()
  await page.locator('.removed').getByText('90,100 km').waitFor()
  await page.locator('.removed').getByText('Odometer').waitFor()

  await choose(page, odometer, 'Odometer: actions', 'Delete')
  await dialog(page).getByRole('button', { name: 'Delete' }).click()
  await dialog(page)
    .getByText(/1 of its readings count/)
    .waitFor()
  await dialog(page).getByRole('button', { name: 'Cancel' }).click()
  await choose(page, odometer, 'Odometer: actions', 'Change')
  await dialog(page).getByLabel('Name').fill('Mileage')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await meter(page, 'Mileage').getByText('90,000 km in all').waitFor()
  await choose(page, meter(page, 'Strokes'), 'Strokes: actions', 'Delete')
  await dialog(page).getByRole('button', { name: 'Delete' }).click()
  await meter(page, 'Strokes').waitFor({ state: 'detached' })

  const history = page.locator('.card').filter({ hasText: 'Last changes' })
  await history.getByText('Meter changed').waitFor()
  await history.getByText('Odometer → Mileage').waitFor()
  await history.getByText('Because: of another machine').waitFor()
  // What is known of hours has not heard of it.
  const after = await graphql(
    'query ($id: ID!) { equipment(id: $id) { lifetimeHours meterReadings { totalCount } meters { name lifetime } } }',
    { id: machine.id },
  )
  assert.deepEqual(after.equipment, {
    lifetimeHours: null,
    meterReadings: { totalCount: 0 },
    meters: [{ name: 'Mileage', lifetime: '90000.0' }],
  })
  await removeMachine(machine.id)
  await done()
})

test('the meters of a machine on a phone, in Spanish and in the dark', async () => {
  const machine = await addMachine()
  const { meter: made } = await mutate(
    'addMeter',
    { equipmentId: machine.id, name: 'Cuentakilómetros', unit: 'KILOMETRES' },
    'meter { id }',
  )
  for (const [days, hours] of [
    [3, '1500.5'],
    [2, '1600'],
  ]) {
    await mutate('addMeterReading', { equipmentId: machine.id, meterId: made.id, readAt: at(days), hours })
  }
  const { page, done } = await open(`/equipment/${machine.id}`, { locale: 'es-ES', colorScheme: 'dark', viewport: sizes.phone })
  const odometer = meter(page, 'Cuentakilómetros')
  await odometer.getByText('1.600 km en total').waitFor()
  await odometer.getByText('1.500,5 km').waitFor()
  await choose(page, odometer, 'Cuentakilómetros: acciones', 'Añadir lectura')
  await dialog(page).getByLabel('Cuentakilómetros, kilómetros').fill('1')
  await dialog(page).getByRole('button', { name: 'Añadir lectura' }).click()
  await dialog(page)
    .getByText(/Lo que marca un contador no puede bajar/)
    .waitFor()
  await accessible(page, 'a reading that is refused, dark and in Spanish')
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(over <= 0, `the page is ${over} px too wide`)
  await removeMachine(machine.id)
  await done()
})
