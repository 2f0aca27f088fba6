// Papers, planned services and sites of machines, in a real browser against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, addMachine, dayIn, graphql, removeMachine } from './client.mjs'
import { asAnalyst, askAgain, cardOf, dialog, field, open, sizes } from './page.mjs'

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

/** Adds a service schedule of a machine. */
async function addSchedule(equipmentId, fields) {
  const { createServiceSchedule } = await graphql(
    `
      mutation ($input: CreateServiceScheduleInput!) {
        createServiceSchedule(input: $input) {
          serviceSchedule {
            id
            version
          }
          errors {
            message
          }
        }
      }
    `,
    { input: { equipmentId, ...fields } },
  )
  assert.deepEqual(createServiceSchedule.errors, [])
  return createServiceSchedule.serviceSchedule
}

/** Changes a service schedule, as another user would. */
async function updateSchedule(serviceScheduleId, expectedVersion, fields) {
  const { updateServiceSchedule } = await graphql(
    'mutation ($input: UpdateServiceScheduleInput!) { updateServiceSchedule(input: $input) { errors { message } } }',
    { input: { serviceScheduleId, expectedVersion, ...fields } },
  )
  assert.deepEqual(updateServiceSchedule.errors, [])
}

test('a service schedule is edited: only what was changed is sent, a conflict shows both sides, and the history has it', async () => {
  const machine = await addMachine()
  const { id } = await addSchedule(machine.id, {
    title: 'Grease',
    intervalDays: 90,
    intervalHours: '1500',
    lastDoneOn: await dayIn(-10),
    leadHours: '50',
    pauses: [{ from: '12-24', to: '01-02' }],
  })
  const { page, done } = await open(`/equipment/${machine.id}`)
  const card = cardOf(page, 'Planned services')
  const save = () => dialog(page).getByRole('button', { name: 'Save', exact: true }).click()
  // A form that could not be loaded says so, and is asked for again.
  const fail = (route) =>
    (route.request().postData() ?? '').includes('query ScheduleDetail')
      ? route.fulfill({ json: { data: null, errors: [{ message: 'out of order', extensions: { code: 'X' } }] } })
      : route.fallback()
  await page.route('**/graphql', fail)
  await choose(page, card, 'Grease', 'Edit')
  await dialog(page).getByRole('alert').getByText('out of order').waitFor()
  await page.unroute('**/graphql', fail)
  await askAgain(dialog(page).getByRole('button', { name: 'Try again' }))
  const days = dialog(page).getByLabel(/^Every so many days/)
  await days.waitFor()
  assert.equal(await days.inputValue(), '90')
  assert.equal(await dialog(page).getByLabel('Begin').inputValue(), 'LAST')
  await dialog(page).getByText('Each year nothing falls due in these days: Dec 24 to Jan 2.').waitFor()
  await save()
  await dialog(page).getByRole('alert').getByText('Nothing was changed.').waitFor()
  await dialog(page).getByLabel('What is done').fill(' ')
  await save()
  await field(page, 'What is done').locator('.error').waitFor()
  await dialog(page).getByLabel('What is done').fill('Grease')
  await days.fill('40000')
  await save()
  await field(page, 'Every so many days')
    .getByText(/1 to 36500 days/)
    .waitFor() // the server's reason, at its field
  await accessible(page, 'a service schedule with an error')
  await page.keyboard.press('Escape')
  await dialog(page).getByRole('button', { name: 'Stay' }).click() // what was typed is not lost
  await days.fill('120')
  const [sent] = await Promise.all([page.waitForRequest((r) => (r.postData() ?? '').includes('mutation UpdateServiceSchedule')), save()])
  assert.deepEqual(JSON.parse(sent.postData()).variables.input, { serviceScheduleId: id, expectedVersion: 1, intervalDays: 120 })
  await card.getByText('Preventive, every 120 days or every 1,500 h').waitFor()

  // Another user changes it while the form is open: both sides are shown, and what was typed is kept.
  await choose(page, card, 'Grease', 'Edit')
  await dialog(page).getByLabel('What is done').fill('Grease and check')
  await dialog(page)
    .getByLabel(/^Every so many engine hours/)
    .fill('')
  await updateSchedule(id, 2, { title: 'Grease all', leadDays: 3 })
  await save()
  await page.getByRole('heading', { name: 'Changed by another user meanwhile' }).waitFor()
  await accessible(page, 'the conflict about a service schedule')
  const side = (name) => dialog(page).getByRole('group', { name, exact: true })
  await side('What is done').getByText('Grease and check').waitFor()
  await side('Interval in engine hours').getByText('1,500').click() // the hours stay
  await side('Planned ahead, engine hours').getByText('50').click()
  await dialog(page).locator('.also').getByText('3').waitFor() // only the other has changed it
  await dialog(page).getByRole('button', { name: 'Save the choice' }).click()
  await dialog(page).waitFor({ state: 'detached' })
  await card.getByText('Grease and check').waitFor()
  const { serviceSchedule } = await graphql(
    'query ($id: ID!) { serviceSchedule(id: $id) { title intervalDays intervalHours leadDays leadHours } }',
    { id },
  )
  assert.deepEqual(serviceSchedule, {
    title: 'Grease and check',
    intervalDays: 120,
    intervalHours: '1500.0',
    leadDays: 3,
    leadHours: '50.0',
  })

  await choose(page, card, 'Grease and check', 'Last changes')
  await dialog(page).getByText('Interval in days 90 → 120').waitFor()
  await dialog(page).getByText('What is done Grease all → Grease and check').waitFor()
  await dialog(page).getByText('Added').waitFor()
  await accessible(page, 'the history of a service schedule')
  await page.keyboard.press('Escape')
  await removeMachine(machine.id)
  await done()
})

test('the form of a service schedule of a category fits on a phone, in Spanish and in the dark', async () => {
  const category = `Schedule category ${process.pid}`
  const machine = await addMachine({ category })
  const { createServiceSchedule } = await graphql(
    'mutation ($input: CreateServiceScheduleInput!) { createServiceSchedule(input: $input) { serviceSchedule { id } errors { message } } }',
    { input: { category, title: 'Engrase', intervalHours: '1500', lastDoneOn: await dayIn(-10) } },
  )
  assert.deepEqual(createServiceSchedule.errors, [])
  const { page, done } = await open(`/equipment/${machine.id}`, { locale: 'es-ES', colorScheme: 'dark', viewport: sizes.phone })
  const card = cardOf(page, 'Servicios previstos')
  await card.getByRole('button', { name: 'Engrase: acciones' }).click()
  await page.getByRole('menuitem', { name: 'Editar' }).click()
  await dialog(page).getByText(`para toda la categoría ${category}`).waitFor()
  assert.equal(
    await dialog(page)
      .getByLabel(/^Cada tantas horas/)
      .inputValue(),
    '1.500',
  )
  assert.equal(
    await dialog(page)
      .getByLabel(/última vez a las/)
      .count(),
    0,
    'machines differ in their hours',
  )
  await accessible(page, 'the form of a service schedule, dark and in Spanish')
  const over = await dialog(page).evaluate((e) => e.scrollWidth - e.clientWidth)
  assert.ok(over <= 0, `the form is ${over} px too wide`)
  await dialog(page)
    .getByLabel(/^Cada tantas horas/)
    .fill('2.500,5')
  await dialog(page).getByRole('button', { name: 'Guardar', exact: true }).click()
  await card.getByText(/cada 2\.500,5\sh/).waitFor()
  await graphql('mutation ($id: ID!) { deleteServiceSchedule(input: { serviceScheduleId: $id }) { deletedId } }', {
    id: createServiceSchedule.serviceSchedule.id,
  })
  await removeMachine(machine.id)
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
  await addSchedule(machine.id, { title: 'Wash', intervalDays: 300 })
  const { page, done } = await open('/')
  await asAnalyst(page)
  await page.goto(new URL(`/equipment/${machine.id}`, page.url()).href)
  const card = cardOf(page, 'Papers')
  await card.getByText('R-1').waitFor()
  const services = cardOf(page, 'Planned services')
  await services.getByRole('button', { name: 'Wash: actions' }).click()
  assert.deepEqual(await page.getByRole('menuitem').allInnerTexts(), ['Last changes'])
  await page.getByRole('menuitem', { name: 'Last changes' }).click()
  await dialog(page).getByText('Added').waitFor()
  await page.keyboard.press('Escape')
  assert.equal(await card.getByRole('button').count(), 0)
  assert.equal(await services.getByRole('button').count(), 1, 'the history alone')
  assert.equal(await page.getByRole('button', { name: 'More' }).count(), 0)
  await removeMachine(machine.id)
  await done()
})
