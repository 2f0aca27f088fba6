// Papers, planned services and sites of machines, in a real browser against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, addMachine, graphql, removeMachine } from './client.mjs'
import { asAnalyst, open, sizes } from './page.mjs'

const dialog = (page) => page.getByRole('dialog')
const cardOf = (page, name) => page.locator('.card').filter({ has: page.getByRole('heading', { name, level: 2, exact: true }) })
const field = (page, label) => dialog(page).locator('.field').filter({ hasText: label })

/** Returns the day that it is n days from now in the zone of the company. */
async function dayIn(n) {
  const { viewer } = await graphql('{ viewer { company { timeZone } } }')
  return new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv', { timeZone: viewer.company.timeZone })
}

async function addPaper(equipmentId, fields) {
  const { createPaper } = await graphql(
    'mutation ($input: CreatePaperInput!) { createPaper(input: $input) { paper { id version } errors { message } } }',
    { input: { equipmentId, ...fields } },
  )
  assert.deepEqual(createPaper.errors, [])
  return createPaper.paper
}

async function choose(page, card, of, name) {
  await card.getByRole('button', { name: `${of}: actions` }).click()
  await page.getByRole('menuitem', { name }).click()
}

test('papers are added, renewed and deleted, and show when they expire', async () => {
  const machine = await addMachine()
  const { page, done } = await open(`/equipment/${machine.id}`)
  const card = cardOf(page, 'Papers')
  await card.getByText('No papers are recorded.').waitFor()
  await card.getByRole('button', { name: 'Add a paper' }).click()
  await dialog(page).getByLabel('Kind').selectOption('Insurance')
  await dialog(page)
    .getByLabel(/^Number/)
    .fill('P-77')
  await dialog(page).getByRole('button', { name: 'Add a paper' }).click()
  await field(page, 'Valid until').locator('.error').waitFor()
  await dialog(page)
    .getByLabel('Valid until')
    .fill(await dayIn(-3))
  await dialog(page)
    .getByLabel(/^Issued on/)
    .fill(await dayIn(0))
  await dialog(page).getByRole('button', { name: 'Add a paper' }).click()
  await field(page, 'Issued on').getByText('It cannot be issued after its last day.').waitFor()
  await accessible(page, 'a new paper with errors')
  await dialog(page)
    .getByLabel(/^Issued on/)
    .fill(await dayIn(-100))
  await dialog(page).getByRole('button', { name: 'Add a paper' }).click()
  await card.locator('.tone-crit').getByText('expired 3 d ago').waitFor()
  await accessible(page, 'the papers')

  // Another user changes it while the form is open: it is refused, and can be sent again.
  await choose(page, card, 'Insurance P-77', 'Renew or edit')
  const { equipment } = await graphql('query ($id: ID!) { equipment(id: $id) { papers { nodes { id version } } } }', { id: machine.id })
  const [{ id, version }] = equipment.papers.nodes
  const { updatePaper } = await graphql('mutation ($input: UpdatePaperInput!) { updatePaper(input: $input) { errors { message } } }', {
    input: { paperId: id, expectedVersion: version, note: 'kept in the office' },
  })
  assert.deepEqual(updatePaper.errors, [])
  await dialog(page)
    .getByLabel('Valid until')
    .fill(await dayIn(20))
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await dialog(page)
    .getByRole('alert')
    .getByText(/Another user has changed it meanwhile/)
    .waitFor()
  await card.getByText('kept in the office').waitFor()
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await card.locator('.tone-soon').getByText('expires in 20 d').waitFor()
  const { paper } = await graphql('query ($id: ID!) { paper(id: $id) { number validUntil note } }', { id })
  assert.deepEqual(paper, { number: 'P-77', validUntil: await dayIn(20), note: 'kept in the office' })

  await choose(page, card, 'Insurance P-77', 'Delete')
  await dialog(page).getByRole('button', { name: 'Delete' }).click()
  await card.getByText('No papers are recorded.').waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await card.getByText('P-77').waitFor()
  await removeMachine(machine.id)
  await done()
})

test('services of schedules are planned, paused and deleted on the page of the machine', async () => {
  const machine = await addMachine()
  const { page, done } = await open(`/equipment/${machine.id}`)
  const card = cardOf(page, 'Planned services')
  await card.getByText('No service schedule applies to this machine.').waitFor()
  await card.getByRole('button', { name: 'Add a service schedule' }).click()
  await dialog(page).getByRole('button', { name: 'Add a service schedule' }).click()
  await field(page, 'Every so many days').getByText('Give days, hours, or both.').waitFor()
  await accessible(page, 'a new service schedule with errors')
  await dialog(page).getByLabel('What is done').fill('Oil and filters')
  await dialog(page)
    .getByLabel(/^Every so many days/)
    .fill('40000')
  await dialog(page)
    .getByLabel(/^Every so many engine hours/)
    .fill('500')
  await dialog(page).getByLabel('Begin').selectOption('LAST')
  await dialog(page)
    .getByLabel(/^Last done on/)
    .fill(await dayIn(-95))
  await dialog(page).getByRole('button', { name: 'Add a service schedule' }).click()
  await field(page, 'Every so many days')
    .getByText(/1 to 36500 days/)
    .waitFor() // the server's reason, at its field
  await dialog(page)
    .getByLabel(/^Every so many days/)
    .fill('90')
  await dialog(page).getByRole('button', { name: 'Add a service schedule' }).click()
  await card.locator('.tone-crit').getByText('overdue').waitFor()
  await card.getByText('Preventive, every 90 days or every 500 h').waitFor()
  await card.getByText('No forecast: the meter was not read yet').waitFor()
  // The server plans what is due, and the page hears of it.
  await card.getByRole('link', { name: 'Planned as work' }).click()
  await dialog(page).locator('.record-facts').getByText('Planned').waitFor()
  await page.keyboard.press('Escape')
  await accessible(page, 'the services')

  await choose(page, card, 'Oil and filters', 'Pause')
  await card.getByText('paused').waitFor()
  await choose(page, card, 'Oil and filters', 'Resume')
  await card.locator('.tone-crit').getByText('overdue').waitFor()
  await choose(page, card, 'Oil and filters', 'Delete schedule')
  await dialog(page).getByRole('button', { name: 'Delete schedule' }).click()
  await card.getByText('No service schedule applies to this machine.').waitFor()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await card.getByText('Oil and filters').waitFor()
  // The planned work would keep the machine in the fleet.
  const { deleteEquipment } = await graphql(
    'mutation ($id: ID!) { deleteEquipment(input: { equipmentId: $id, openWork: CANCEL }) { errors { message } } }',
    { id: machine.id },
  )
  assert.deepEqual(deleteEquipment.errors, [])
  await done()
})

test('a machine is moved to a site and away from it, as its facts and its history say', async () => {
  const machine = await addMachine()
  const name = `Test quarry ${process.pid}`
  const { createSite } = await graphql('mutation ($input: CreateSiteInput!) { createSite(input: $input) { errors { message } } }', {
    input: { name, code: `Q-${process.pid}` },
  })
  assert.deepEqual(createSite.errors, [])
  const { page, done } = await open(`/equipment/${machine.id}`)
  const fact = page.locator('.facts div').filter({ hasText: /^Site/ })
  await fact.getByText('at no site').waitFor()
  const move = async () => {
    await page.locator('.page-head').getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Move to a site' }).click()
  }
  await move()
  const find = dialog(page).getByLabel(/^Find a site/)
  await find.fill('zzzzz')
  await field(page, /^Site/).getByText('Nothing found for “zzzzz”').waitFor()
  await find.fill(name)
  await dialog(page)
    .getByRole('option', { name: `${name} (Q-${process.pid})` })
    .waitFor({ state: 'attached' })
  await dialog(page).getByLabel('Site', { exact: true }).selectOption(`${name} (Q-${process.pid})`)
  const moved = dialog(page).getByLabel('Moved at')
  const now = await moved.inputValue()
  await moved.fill(`${await dayIn(2)}T10:00`)
  await dialog(page).getByRole('button', { name: 'Move to a site' }).click()
  await field(page, 'Moved at')
    .getByText(/in the future/)
    .waitFor() // the server's reason, at its field
  await accessible(page, 'the move with an error')
  await moved.fill(now)
  await dialog(page).getByLabel(/^Why/).fill('the rock is harder there')
  await dialog(page).getByRole('button', { name: 'Move to a site' }).click()
  await fact.getByText(name).waitFor()
  const history = cardOf(page, 'Last changes')
  await history.getByText('Because: the rock is harder there').waitFor()
  await history.getByText(name).first().waitFor()

  await move()
  await dialog(page).getByLabel('Site', { exact: true }).selectOption('at no site')
  await dialog(page).getByRole('button', { name: 'Move to a site' }).click()
  await fact.getByText('at no site').waitFor()
  await removeMachine(machine.id)
  await done()
})

test('the work page lists the papers that have expired or expire soon, on a phone in Spanish too', async () => {
  const machine = await addMachine()
  await addPaper(machine.id, { kind: 'INSPECTION', number: `I-${process.pid}`, validUntil: await dayIn(-4000) })
  await addPaper(machine.id, { kind: 'LICENCE', number: `L-${process.pid}`, validUntil: await dayIn(31) })
  const { page, done } = await open('/work', { locale: 'es-ES', viewport: sizes.phone })
  const section = page.getByRole('region', { name: 'Documentos que vencen' })
  const row = section.locator('.work-row').filter({ hasText: `I-${process.pid}` })
  await row.locator('.tone-crit').getByText('vencido hace 4000 d').waitFor()
  assert.equal(await section.getByText(`L-${process.pid}`).count(), 0, 'it is valid for longer')
  await accessible(page, 'the papers that expire')
  await row.getByRole('link').click()
  const card = cardOf(page, 'Documentos')
  await card.getByText(`L-${process.pid}`).waitFor()
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(wide, 0, 'the page is as wide as the phone')
  await removeMachine(machine.id)
  await done()
})

test('a user without the right sees papers and services, and nothing to change them with', async () => {
  const machine = await addMachine()
  await addPaper(machine.id, { kind: 'OTHER', number: 'R-1', validUntil: await dayIn(5) })
  const { page, done } = await open('/')
  await asAnalyst(page)
  await page.goto(new URL(`/equipment/${machine.id}`, page.url()).href)
  const card = cardOf(page, 'Papers')
  await card.getByText('R-1').waitFor()
  await cardOf(page, 'Planned services').getByText('No service schedule applies to this machine.').waitFor()
  assert.equal(await card.getByRole('button').count(), 0)
  assert.equal(await cardOf(page, 'Planned services').getByRole('button').count(), 0)
  assert.equal(await page.getByRole('button', { name: 'More' }).count(), 0)
  await removeMachine(machine.id)
  await done()
})
