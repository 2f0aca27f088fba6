/* global navigator, URLSearchParams */
// Saved queries in GraphiQL, in a real browser against a real server: saved by one user, opened by another of the
// company, and by one of another company. Sessions run the client's own documents alone (run.sh), so that what the
// panel sends has to be among them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessible, graphql, mutate } from './client.mjs'
import { base, open, shot, sizes } from './page.mjs'

const password = process.env.FLEET_TEST_PASSWORD

const panel = (page) => page.getByRole('region', { name: 'Saved queries' })
const button = (page, name) => panel(page).getByRole('button', { name, exact: true })
const listed = (page, name) => panel(page).getByRole('list', { name: 'Queries of your company' }).getByRole('button', { name, exact: true })
const told = (page) => panel(page).getByRole('status')
const editor = (page, text) => page.locator('.graphiql-query-editor .view-line').filter({ hasText: text }).first()

/** Opens GraphiQL as a user of the company of the tests, whom the sign-in page leads there. */
async function openAs(email, path = '/graphiql', options = {}) {
  const opened = await open(`/sign-in?next=${encodeURIComponent(path)}`, options)
  const { page } = opened
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(base + path)
  await page.locator('.graphiql-tab').first().waitFor()
  return opened
}

async function showPanel(page) {
  await page.getByRole('button', { name: 'Show Saved queries' }).click()
  await panel(page).getByRole('searchbox').waitFor()
}

/** Puts a document into the editor of the open tab. */
async function type(page, text) {
  await page.locator('.graphiql-query-editor .monaco-editor').first().click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

/** Saves the open tab under a name. */
async function save(page, name, description = '') {
  await button(page, 'Save query…').click()
  await panel(page).getByLabel('Name').fill(name)
  await panel(page).getByLabel('Description').fill(description)
  await button(page, 'Save').click()
}

const linkWith = (document) => `/graphiql?${new URLSearchParams({ query: document, variables: '{"n": 3}' })}`

test(
  'a saved query is opened by its link by another user of the company, and refused to another company',
  { skip: !password },
  async () => {
    const name = `Costs ${process.pid}`
    const document = 'query CostsOfCranes($n: Int!) { equipmentList(first: $n) { nodes { name cost } } }'
    const tess = await openAs('tess@example.com', linkWith(document), { permissions: ['clipboard-read', 'clipboard-write'] })
    await showPanel(tess.page)
    await editor(tess.page, 'CostsOfCranes').waitFor()
    await save(tess.page, name, 'For the board')
    await told(tess.page).getByText(`Saved as “${name}”.`).waitFor()
    await listed(tess.page, name).waitFor()
    await button(tess.page, 'Copy link').click()
    await told(tess.page).getByText('Copied the link.').waitFor()
    const link = await tess.page.evaluate(() => navigator.clipboard.readText())
    assert.match(link, /\/graphiql\?saved=savedquery_\w+$/)

    // Ana is an analyst of the same company.
    const path = link.slice(base.length)
    const ana = await openAs('ana@example.com', path)
    await editor(ana.page, 'CostsOfCranes').waitFor()
    await panel(ana.page).getByRole('heading', { name, level: 3 }).waitFor()
    await panel(ana.page).getByText('Only Tess Ng and administrators may change it').waitFor()
    assert.match(await ana.page.locator('.graphiql-editor-tool').first().innerText(), /"n":\s3/)
    assert.equal(await ana.page.locator('#notice').isVisible(), false)
    for (const forbidden of ['Save changes', 'Rename…', 'Delete']) assert.equal(await button(ana.page, forbidden).count(), 0)
    await accessible(ana.page, 'the panel of a saved query', ['.saved'])
    const sent = []
    ana.page.on('request', (r) => sent.push(r.postData() ?? ''))
    await ana.page.reload()
    await editor(ana.page, 'CostsOfCranes').waitFor()
    await panel(ana.page).getByRole('heading', { name, level: 3 }).waitFor()
    assert.ok(
      sent.some((body) => body.includes('query SavedQuery(')) && !sent.some((body) => body.includes('CostsOfCranes')),
      'it is not run',
    )
    await ana.close()

    // Dana is the manager of the demo company.
    for (const wrong of [path, '/graphiql?saved=nothing']) {
      const dana = await open(wrong)
      await dana.page.getByRole('alert').getByText('Your company has no saved query with this link.').waitFor()
      await dana.page.locator('.graphiql-query-editor .view-line').first().waitFor()
      assert.equal(await dana.page.getByText('CostsOfCranes').count(), 0)
      if (wrong === path) await shot(dana.page, 'saved-query-refused')
      await accessible(dana.page, 'the refusal', ['#notice'])
      await dana.close()
    }
    await tess.close()
  },
)

test('a saved query is changed, a conflict is shown, and its history leads back', { skip: !password }, async () => {
  const name = `Machines ${process.pid}`
  const first = await openAs('tess@example.com', linkWith('query First { equipmentList { totalCount } }'))
  await showPanel(first.page)
  await editor(first.page, 'First').waitFor()
  await save(first.page, name)
  await told(first.page).getByText(`Saved as “${name}”.`).waitFor()
  assert.equal(await button(first.page, 'Save changes').isEnabled(), false, 'nothing has changed')

  // The same user has it open in a second browser.
  const second = await openAs('tess@example.com')
  await showPanel(second.page)
  await panel(second.page).getByRole('searchbox').fill(name)
  await listed(second.page, name).click()
  await editor(second.page, 'First').waitFor()
  await type(second.page, 'query Second { equipmentList { totalCount } }')
  await panel(second.page).getByText('Version 1, with changes that are not saved').waitFor()
  await button(second.page, 'Save changes').click()
  await told(second.page).getByText(`Saved version 2 of “${name}”.`).waitFor()

  await type(first.page, 'query Third { equipmentList { totalCount } }')
  await button(first.page, 'Save changes').click()
  const alert = panel(first.page).getByRole('alert')
  await alert.getByText('Tess Ng has changed it meanwhile: it is at version 2 now.').waitFor()
  await shot(first.page, 'saved-query-conflict')
  await accessible(first.page, 'a conflict', ['.saved'])
  await editor(first.page, 'Third').waitFor() // what was written stays
  await alert.getByRole('button', { name: 'Save mine over it' }).click()
  await told(first.page).getByText(`Saved version 3 of “${name}”.`).waitFor()

  await type(second.page, 'query Fourth { equipmentList { totalCount } }')
  await button(second.page, 'Save changes').click()
  await panel(second.page).getByRole('button', { name: 'Take version 3' }).click()
  await editor(second.page, 'Third').waitFor()
  assert.equal(await panel(second.page).getByRole('alert').count(), 0)

  await button(second.page, 'History').click()
  const versions = panel(second.page).getByRole('list', { name: 'Versions' }).getByRole('listitem')
  await versions.nth(2).waitFor()
  const texts = await versions.allInnerTexts()
  assert.deepEqual(
    texts.map((text) => /Version (\d+)\s+(\w+) by (.+?),/.exec(text)?.slice(1)),
    [
      ['3', 'Changed', 'Tess Ng'],
      ['2', 'Changed', 'Tess Ng'],
      ['1', 'Saved', 'Tess Ng'],
    ],
  )
  await accessible(second.page, 'the history', ['.saved'])
  await shot(second.page, 'saved-query-history')
  const tabs = await second.page.locator('.graphiql-tab').count()
  await button(second.page, 'Open version 1').click()
  await editor(second.page, 'First').waitFor()
  assert.equal(await second.page.locator('.graphiql-tab').count(), tabs + 1)
  await button(second.page, 'Save changes').click()
  await told(second.page).getByText(`Saved version 4 of “${name}”.`).waitFor()

  // It is renamed, to a name that is taken at first, deleted, and restored.
  await button(second.page, 'Rename…').click()
  await panel(second.page).getByLabel('Name').fill(' ')
  await button(second.page, 'Rename').click()
  await panel(second.page).getByRole('alert').getByText('1 to 200 characters').waitFor()
  await panel(second.page).getByLabel('Name').fill(`${name} of all`)
  await button(second.page, 'Rename').click()
  await listed(second.page, `${name} of all`).waitFor()
  await button(second.page, 'Delete').click()
  await told(second.page).getByText(`Deleted “${name} of all”.`).waitFor()
  await panel(second.page).getByText('The open tab is not saved.').waitFor()
  await panel(second.page).getByText('No saved query has these words.').waitFor()
  await button(second.page, 'Undo').click()
  await listed(second.page, `${name} of all`).waitFor()
  await first.close()
  await second.close()
})

test('what is wrong is said, and secrets are not saved', async () => {
  const { page, done } = await open(linkWith('query { viewer { name }'))
  await showPanel(page)
  await editor(page, 'viewer').waitFor()
  await save(page, `Wrong ${process.pid}`)
  await panel(page).getByRole('alert').getByText('not GraphQL at line 1').waitFor()
  await accessible(page, 'a refused query', ['.saved'])
  const saved = []
  page.on('request', (r) => {
    if ((r.postData() ?? '').includes('createSavedQuery')) saved.push(r.postData())
  })
  await type(
    page,
    'mutation Set { changePassword(input: { currentPassword: "hidden one", newPassword: "hidden two" }) { errors { code } } }',
  )
  await button(page, 'Save').click()
  await panel(page).getByRole('alert').getByText('have a password, a secret or an access token').waitFor()
  assert.deepEqual(saved, [])
  await done()
})

test('a visitor who is not signed in is led to the sign-in page and back', async () => {
  const { page } = await open('/sign-in')
  await page.route('**/graphql', (route) =>
    route.fulfill({ json: { data: null, errors: [{ message: 'sign in', extensions: { code: 'UNAUTHENTICATED' } }] } }),
  )
  await page.goto(`${base}/graphiql?saved=savedquery_01`)
  const notice = page.getByRole('alert').filter({ hasText: 'Sign in to open the saved query.' })
  const next = `/sign-in?next=${encodeURIComponent('/graphiql?saved=savedquery_01')}`
  assert.equal(await notice.getByRole('link', { name: 'Sign in' }).getAttribute('href'), next)
  await page.context().close()
})

test('the panel of saved queries is readable in light and dark, wide and narrow', async () => {
  const names = ['Costs by site', 'Idle machines', 'Expiring papers']
  const made = []
  for (const name of names) {
    const input = { name: `${name} ${process.pid}`, description: 'For the meeting on Mondays', document: '{ viewer { name } }' }
    const { savedQuery } = await mutate('createSavedQuery', input, 'savedQuery { id }')
    made.push(savedQuery.id)
  }
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, done } = await open(`/graphiql?saved=${made[0]}`, { viewport, colorScheme })
      await editor(page, 'viewer').waitFor()
      if (size === 'phone') await showPanel(page)
      await listed(page, `${names[2]} ${process.pid}`).waitFor()
      await button(page, 'Copy link').waitFor()
      await accessible(page, `${size}, ${colorScheme}`, ['.saved'])
      await shot(page, `saved-queries-${size}-${colorScheme}`)
      await done()
    }
  }
  for (const id of made) {
    await graphql('mutation ($id: ID!) { deleteSavedQuery(input: { savedQueryId: $id }) { deletedId } }', { id })
  }
})
