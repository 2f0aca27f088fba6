// Papers, planned services and sites of machines, in a real browser against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, addMachine, graphql, removeMachine } from './client.mjs'
import { open, shot, sizes } from './page.mjs'

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
