/* global localStorage, sessionStorage, URLSearchParams */
// The table, the chart and the CSV of an answer in GraphiQL, in a real browser against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accessible, addMachine, removeMachine } from './client.mjs'
import { open, shot, sizes } from './page.mjs'

const view = (page, name) => page.getByRole('tablist', { name: 'View of the answer' }).getByRole('tab', { name, exact: true })
const panel = (page) => page.locator('#answer-panel')
const table = (page) => panel(page).locator('.answer-table')
const figure = (page) => panel(page).getByRole('figure')
const select = (page, name) => panel(page).getByRole('combobox', { name, exact: true })
const cells = (page, row) =>
  table(page)
    .locator(`tr[aria-rowindex="${row + 1}"]`)
    .locator('th, td')
const run = (page) => page.getByRole('button', { name: /Execute query/ })

/** Executes the operation of this name, which the open tab has, and returns its answer. */
async function execute(page, name) {
  for (;;) {
    const response = page.waitForResponse((r) => r.request().postData()?.includes(` ${name}`) ?? false)
    await run(page).click()
    const answer = await (await response).json()
    // Before GraphiQL has read the document of a tab, it asks for the operation of the tab before.
    if (!answer.errors?.[0]?.message.endsWith(' not found')) return answer
  }
}

/** Opens GraphiQL with a document. Where an answer is given, the server's place is taken by it. */
async function openWith(query, answer, options) {
  const opened = await open('/sign-in', options)
  const { page } = opened
  const name = /\w+ (\w+)/.exec(query)[1]
  if (answer) {
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes(` ${name} `) ? route.fulfill({ json: answer }) : route.continue(),
    )
  }
  await page.goto(`${new URL(page.url()).origin}/graphiql?${new URLSearchParams({ query })}`)
  await page.locator('.graphiql-query-editor .view-line').filter({ hasText: name }).first().waitFor()
  return { ...opened, name }
}

async function download(page) {
  const [file] = await Promise.all([page.waitForEvent('download'), panel(page).getByRole('button', { name: 'Download CSV' }).click()])
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) }
}

// Reads a file with Python's module, and finds in the answer what should be there: the value of every column by its
// name, with the element of each list on the way to the rows in place of the list.
const oracle = `
import csv, io, json, re, sys
text, answer, path = json.load(sys.stdin)
def rows(value, path):
    if isinstance(value, list):
        for item in value:
            yield from rows(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and value.get(path[0]) is not None:
        for inner in rows(value[path[0]], path[1:]):
            yield {**value, path[0]: inner}
def cut(value, path):
    return value if isinstance(value, list) or not path else cut(value[path[0]], path[1:])
def rest(value, path):
    return path if isinstance(value, list) else rest(value[path[0]], path[1:])
def at(value, names):
    for name in names:
        value = None if value is None else value.get(name)
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
def field(value):
    if value is None:
        return ""
    formula = re.match(r"'*[=+\\-@\\t]", value) and not re.fullmatch(r"[+\\-][\\d.,' ]*\\d", value)
    return "'" + value if formula else value
got = list(csv.reader(io.StringIO(text, newline=""), strict=True))
data = answer["data"]
want = [[at(row, name.split(".")) for name in got[0]] for row in rows(cut(data, path), rest(data, path))]
json.dump({"columns": got[0], "got": got[1:], "values": want, "want": [[field(v) for v in row] for row in want]}, sys.stdout)
`

/** Asserts that a file has the rows of an answer, and returns its columns and its values; null without Python. */
function compare(content, answer, list) {
  const { stdout, stderr, error } = spawnSync('python3', ['-c', oracle], {
    input: JSON.stringify([content.toString(), answer, list.split('.')]),
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  })
  if (error?.code === 'ENOENT' && !process.env.CI) return null
  assert.ok(!error && !stderr, String(error ?? stderr))
  const { columns, got, values, want } = JSON.parse(stdout)
  assert.deepEqual(got, want, list)
  assert.ok(!content.toString().startsWith('\ufeff') && content.toString().endsWith('\r\n'), 'as the exports are written')
  return { columns, values }
}

/** How the table shows a value. */
const shown = (value) => (value === null ? 'null' : value === '' ? '""' : value)

/** Asserts that the table and the file of the chosen list are those of an answer. */
async function check(page, answer, list, name) {
  assert.equal(await select(page, 'Rows').inputValue(), list)
  const file = await download(page)
  assert.equal(file.name, `${name}.csv`)
  const read = compare(file.content, answer, list)
  if (!read) return
  assert.equal(await table(page).getAttribute('aria-rowcount'), String(read.values.length + 1))
  assert.deepEqual(await cells(page, 0).allTextContents(), read.columns)
  for (const [i, row] of read.values.slice(0, 20).entries()) {
    assert.deepEqual(await cells(page, i + 1).allTextContents(), row.map(shown), `row ${i} of ${list}`)
  }
}

const none = 'This answer has no rows. A table shows a connection or a list of objects.'
const noChart = 'A chart needs a column of numbers, and one of texts or days to draw it by. These rows lack one.'

/** What is seen of each example: its lists, and its first chart. The last one changes the fleet, and the one before goes on. */
const examples = {
  Overview: { lists: ['dashboardStats.statusCounts'], chart: 'count by status' },
  Machines: { lists: ['equipmentList.nodes', 'equipmentList.nodes.maintenanceRecords.nodes'], chart: 'cost by name' },
  Search: { lists: ['equipmentList.nodes'], chart: null },
  Operators: { lists: ['equipmentList.nodes', 'equipmentList.nodes.assignedOperator.assignedEquipment.nodes'], chart: 'cost by name' },
  History: { lists: ['maintenanceRecords.nodes'], chart: 'cost by maintenanceDate' },
  Costs: { lists: ['maintenanceSummary'], chart: 'totalCost by kind' },
}

test('every example that has rows has a table, a chart of its numbers, and a file that Python reads as the JSON', async () => {
  assert.equal(readdirSync(new URL('../examples/', import.meta.url)).length, Object.keys(examples).length + 2)
  const { page, done } = await open('/graphiql')
  for (const [name, { lists, chart }] of Object.entries(examples)) {
    await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${name}$`) }).click()
    await page
      .locator('.graphiql-query-editor .view-line')
      .filter({ hasText: `query ${name}` })
      .waitFor()
    const answer = await execute(page, name)
    await view(page, 'Table').click()
    await table(page).waitFor()
    await select(page, 'Rows').locator(`option[value="${lists[0]}"]`).waitFor({ state: 'attached' })
    assert.deepEqual(
      await select(page, 'Rows')
        .locator('option')
        .evaluateAll((options) => options.map((o) => o.value)),
      lists,
    )
    for (const list of lists) {
      await select(page, 'Rows').selectOption(list)
      await check(page, answer, list, name)
    }
    await shot(page, `graphiql-table-${name}`)
    await select(page, 'Rows').selectOption(lists[0])
    await view(page, 'Chart').click()
    if (chart) await panel(page).getByRole('figure', { name: chart, exact: true }).waitFor()
    else await panel(page).getByText(noChart, { exact: true }).waitFor()
    await shot(page, `graphiql-chart-${name}`)
    await view(page, 'JSON').click()
  }
  await done()
})

test('the table and the chart are accessible, by keyboard too, wide and narrow, light and dark', async () => {
  const query = await readFile(new URL('../examples/5-history.graphql', import.meta.url), 'utf8')
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, done } = await openWith(query.slice(query.indexOf('query')), null, { viewport, colorScheme })
      await execute(page, 'History')
      await view(page, 'JSON').focus()
      await page.keyboard.press('ArrowRight')
      await table(page).waitFor()
      assert.equal(await view(page, 'Table').getAttribute('aria-selected'), 'true')
      assert.equal(await page.locator('.result-window').isVisible(), false, 'in place of the JSON')
      await accessible(page, `table ${size} ${colorScheme}`, ['.answer-tabs', '#answer-panel'])
      await shot(page, `graphiql-table-${size}-${colorScheme}`)
      await page.keyboard.press('End')
      await figure(page).waitFor()
      await accessible(page, `chart ${size} ${colorScheme}`, ['.answer-tabs', '#answer-panel'])
      await shot(page, `graphiql-line-${size}-${colorScheme}`)
      await select(page, 'By').selectOption('equipment.name')
      await panel(page).getByRole('figure', { name: 'cost by equipment.name', exact: true }).waitFor()
      await accessible(page, `bars ${size} ${colorScheme}`, ['.answer-tabs', '#answer-panel'])
      await shot(page, `graphiql-bars-${size}-${colorScheme}`)
      const nameless = await panel(page)
        .locator('button, select')
        .and(page.getByRole('button', { name: /^$/ }).or(page.getByRole('combobox', { name: /^$/ })))
        .evaluateAll((list) => list.map((b) => b.outerHTML))
      assert.deepEqual(nameless, [], 'controls without a name')
      const [box, editor] = [await panel(page).boundingBox(), await page.locator('.graphiql-query-editor').boundingBox()]
      assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, `within the page: ${JSON.stringify(box)}`)
      if (size === 'phone') assert.ok(box.y >= editor.y + editor.height, 'below the editor')
      await page.keyboard.press('Tab') // nothing holds the focus
      await view(page, 'Chart').focus()
      await page.keyboard.press('ArrowRight')
      await page.locator('.result-window').waitFor()
      await done()
    }
  }
})

const hard = ['=1+1', '-2.50', '@SUM(A1)', "'=1", 'say "hi", then\r\ngo', '', null, 'Ñandú 起重機 🚜', '0012', ' ']

test('ten thousand rows are a window of the table and all of the file, and no storage keeps them', async () => {
  const nodes = Array.from({ length: 10_000 }, (_, i) => ({
    id: `row ${i}`,
    text: hard[i % hard.length],
    cost: `${90_000_000_000_000 + i}.10`,
    operator: i % 3 ? { name: `secret answer ${i}` } : null,
    tags: i % 2 ? ['a', 'b,"c"'] : [],
  }))
  const answer = { data: { list: { nodes } } }
  const { page, done } = await openWith('query Big { viewer { name } }', answer)
  await execute(page, 'Big')
  await view(page, 'Table').click()
  await check(page, answer, 'list.nodes', 'Big')
  await panel(page).getByText('10,000 rows', { exact: true }).waitFor()
  assert.ok((await table(page).locator('tr').count()) < 120, 'few rows are in the document')
  const scroller = panel(page).getByRole('region', { name: 'Rows of list.nodes' })
  await scroller.focus()
  await page.keyboard.press('End')
  await cells(page, 10_000).first().getByText('row 9999', { exact: true }).waitFor()
  assert.ok((await table(page).locator('tr').count()) < 120, 'few rows are in the document')
  await page.keyboard.press('Home')
  await cells(page, 1).first().getByText('row 0', { exact: true }).waitFor()
  await view(page, 'Chart').click()
  await panel(page).getByText('The first 100 of 10,000 rows. The table has all of them.', { exact: true }).waitFor()
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie)
  assert.match(kept, /query Big/)
  assert.doesNotMatch(kept, /secret answer|90000000000000/)
  await done()
})

test('a null is a gap of the line, and rows of a fragment have their own fields', async () => {
  const rows = [
    { day: '2026-01-04', hours: 4, __typename: 'A', a: 'x' },
    { day: '2026-01-02', hours: null, __typename: 'B', b: 'y' },
    { day: '2026-01-01', hours: 2, __typename: 'A', a: null },
    { day: '2026-01-03', hours: 3, __typename: 'B', b: '' },
  ]
  const { page, done } = await openWith('query Gap { viewer { name } }', { data: { rows } })
  await execute(page, 'Gap')
  await view(page, 'Table').click()
  await table(page).waitFor()
  assert.deepEqual(await cells(page, 0).allTextContents(), ['day', 'hours', '__typename', 'a', 'b'])
  assert.deepEqual(await cells(page, 2).allTextContents(), ['2026-01-02', 'null', 'B', '', 'y'])
  assert.deepEqual(await cells(page, 4).allTextContents(), ['2026-01-03', '3', 'B', '', '""'])
  await view(page, 'Chart').click()
  await panel(page)
    .getByRole('img', { name: 'hours by day: 3 points from 2026-01-01 to 2026-01-04. The table has the values.', exact: true })
    .waitFor()
  assert.equal((await panel(page).locator('.answer-line').getAttribute('d')).split('M').length - 1, 2, 'two lines with a gap between them')
  await done()
})

test('an answer with errors shows the JSON, and its rows when they are asked for', async () => {
  const answer = { data: { list: { nodes: [{ name: 'A' }] } }, errors: [{ message: 'half of it failed' }] }
  const { page, done } = await openWith('query Half { viewer { name } }', answer)
  await view(page, 'Table').click()
  await panel(page).getByText('No answer yet: execute the operation.', { exact: true }).waitFor()
  await execute(page, 'Half')
  await page.locator('.graphiql-response .view-line').filter({ hasText: 'half of it failed' }).waitFor()
  assert.equal(await view(page, 'JSON').getAttribute('aria-selected'), 'true')
  await view(page, 'Table').click()
  await panel(page).getByText('This answer has errors, which the JSON shows. Its rows may not be complete.', { exact: true }).waitFor()
  await cells(page, 1).getByText('A', { exact: true }).waitFor()
  await done()
})

test('the table of a subscription has its last answer', async () => {
  const { page, done } = await openWith('subscription Now { dashboardStats { totalEquipment statusCounts { status count } } }')
  await view(page, 'Table').click()
  await run(page).click()
  const active = table(page)
    .locator('tr')
    .filter({ has: page.getByRole('cell', { name: 'ACTIVE', exact: true }) })
  await active.waitFor()
  const before = Number(await active.locator('.num').textContent())
  const machine = await addMachine({ status: 'ACTIVE' })
  await active.filter({ has: page.getByRole('cell', { name: String(before + 1), exact: true }) }).waitFor()
  await run(page)
    .or(page.getByRole('button', { name: /Stop query/ }))
    .first()
    .click()
  await removeMachine(machine.id)
  await done()
})

test('an answer without rows says so', async () => {
  const { page, done } = await openWith('query Nothing { viewer { name } }')
  await execute(page, 'Nothing')
  for (const name of ['Table', 'Chart']) {
    await view(page, name).click()
    await panel(page).getByText(none, { exact: true }).waitFor()
  }
  await done()
})
