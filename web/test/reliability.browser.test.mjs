// The key figures in a real browser, against a real server with the demo fleet.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { accessible, graphql } from './client.mjs'
import { base, open, sizes } from './page.mjs'

const figure = (page, name) => page.locator('.figure').filter({ has: page.getByRole('button', { name, exact: true }) })
const window = { from: '2026-01-01', to: '2026-06-30' }
const address = `/reliability?from=${window.from}&to=${window.to}`
const names = [
  'calendarAvailability',
  'inherentAvailability',
  'failures',
  'stoppingFailures',
  'meanUpTimeBetweenFailures',
  'meanOperatingTimeBetweenFailures',
  'meanTimeToRestoration',
  'medianTimeToRestoration',
  'p90TimeToRestoration',
  'meanDownTime',
  'medianDownTime',
  'p90DownTime',
  'maintenanceCostPerHour',
  'labourCostPerHour',
  'partsCostPerHour',
  'costToReplacementValue',
  'plannedShare',
  'backlog',
  'overdue',
]
const digits = (text) => text.replace(/[^\d.-]/g, '')

test('every key figure is that of the server, with its sample, or says why there is none', async () => {
  const { kpis } = await graphql(
    `query ($from: Date!, $to: Date!) { kpis(from: $from, to: $to) { ${names
      .map((n) => `${n} { value previous sampleSize nullReason }`)
      .join(' ')} overdueByAge { count } } }`,
    window,
  )
  const { page, done } = await open(address)
  await page.locator('.figure-value').first().waitFor()
  assert.equal(await page.locator('.figure').count(), names.length + 1, 'all figures, and the ages of overdue work')
  const shown = await page.locator('.figure:not(.ages)').evaluateAll((figures) =>
    figures.map((f) => ({
      value: f.querySelector('.figure-value')?.textContent ?? null,
      none: f.querySelector('.no-value')?.textContent ?? null,
      small: [...f.querySelectorAll(':scope > p.small')][0].textContent,
    })),
  )
  for (const [i, name] of names.entries()) {
    const { value, sampleSize } = kpis[name]
    if (value === null) assert.match(shown[i].none, /No value: /, name)
    else assert.equal(digits(shown[i].value), value, name)
    assert.ok(digits(shown[i].small).endsWith(String(sampleSize)), `${name}: ${shown[i].small}`)
  }
  await page.getByRole('heading', { level: 1, name: `Machines were available ${kpis.calendarAvailability.value}% of the time` }).waitFor()
  assert.deepEqual(
    await page.locator('.ages dd').allInnerTexts(),
    kpis.overdueByAge.map((a) => String(a.count)),
  )
  await page.getByText('Jan 1 to Jun 30, compared with Jul 4, 2025 to Dec 31, 2025').waitFor()
  await done()
})

test('the definition, what is left out and the rows of a figure are one press away, and can be linked to', async () => {
  const { kpis } = await graphql(
    `
      query ($from: Date!, $to: Date!) {
        kpis(from: $from, to: $to) {
          meanDownTime {
            definition
            excluded {
              count
            }
            contributingRecords(first: 100) {
              totalCount
              nodes {
                id
              }
            }
          }
        }
      }
    `,
    window,
  )
  const { definition, excluded, contributingRecords: rows } = kpis.meanDownTime
  const { page, done } = await open(address)
  await page.getByRole('button', { name: 'Mean downtime', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(definition).waitFor()
  for (const e of excluded)
    await dialog
      .getByText(new RegExp(`^${e.count}: `))
      .first()
      .waitFor()
  await dialog.locator('tbody tr').nth(49).waitFor()
  await accessible(page, 'a key figure')
  await dialog.getByRole('button', { name: `${rows.totalCount - 50} more` }).click()
  await dialog.locator('tbody tr').nth(50).waitFor()
  const links = await dialog.locator('tbody a').evaluateAll((all) => all.map((a) => a.href.split('record=')[1]))
  assert.deepEqual(links.slice(0, 100), rows.nodes.map((n) => n.id).slice(0, links.length))
  assert.match(page.url(), /figure=meanDownTime/)
  await page.reload()
  await dialog.getByText(definition).waitFor()
  await dialog.locator('tbody a').first().click()
  await page.getByRole('dialog').locator('.record-facts').waitFor() // the record itself, on its machine's page
  assert.match(page.url(), new RegExp(`record=${rows.nodes[0].id}`))
  await done()
})

test('window, category, groups and order stand in the address; the table and its file are those of the server', async () => {
  const { page, done } = await open('/reliability')
  await page.locator('.breakdown tbody tr').first().waitFor()
  await page.getByRole('button', { name: '90 days' }).click()
  await page.getByRole('button', { name: 'Chosen days' }).click()
  const days = page.locator('.chosen-days')
  await days.getByLabel('From').fill('2026-07-01')
  await days.getByLabel('To').fill('2026-06-30')
  await days.getByRole('button', { name: 'Show' }).click()
  await days.getByText('The first day is after the last one.').waitFor()
  await days.getByLabel('From').fill('2026-01-01')
  await days.getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/from=2026-01-01&to=2026-06-30/)
  await page.locator('.breakdown').getByRole('link', { name: 'Bulldozer' }).click()
  await page.waitForURL(/category=Bulldozer/)
  await page.getByRole('heading', { name: 'Work by machine' }).waitFor()
  await page.getByRole('button', { name: 'Downtime, h' }).click()
  await page.waitForURL(/sort=downtime/)
  const { maintenanceAggregates: groups } = await graphql(
    `
      query ($filter: MaintenanceRecordFilter!) {
        maintenanceAggregates(filter: $filter, groupBy: [EQUIPMENT], orderBy: [{ number: DOWNTIME_HOURS, figure: SUM }], first: 50) {
          keys {
            value
            label
          }
          count
          cost {
            sum
          }
        }
      }
    `,
    {
      filter: {
        status: ['IN_PROGRESS', 'COMPLETED'],
        category: ['Bulldozer'],
        maintenanceDate: { gte: window.from, lte: window.to },
      },
    },
  )
  // The rows of the order before stay until those of the new one are there.
  for (const [i, g] of groups.entries()) {
    await page.locator('.breakdown tbody tr').nth(i).getByText(g.keys[0].label).waitFor()
  }
  await page.locator('.breakdown th[aria-sort]').getByText('Downtime, h').waitFor()
  const rows = await page.locator('.breakdown tbody tr').evaluateAll((all) => all.map((r) => [...r.cells].map((c) => c.textContent)))
  assert.deepEqual(
    rows.map(([name, count]) => [name, count]),
    groups.map((g) => [g.keys[0].label, String(g.count)]),
  )
  assert.equal(digits(rows[0][2]), String(Math.round(Number(groups[0].cost.sum))))
  const { kpis } = await graphql(
    '{ kpis(from: "2026-01-01", to: "2026-06-30", filter: { category: ["Bulldozer"] }) { failures { value } } }',
  )
  assert.equal(await figure(page, 'Failures').locator('.figure-value').innerText(), kpis.failures.value)
  await page.getByRole('button', { name: 'Download' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()])
  const lines = (await readFile(await file.path())).toString().trim().split('\r\n')
  assert.equal(lines.length, groups.length + 1)
  groups.forEach((g, i) => assert.ok(lines[i + 1].includes(g.keys[0].value), `row ${i + 1} of the file`))
  await page.reload()
  await page.getByRole('heading', { name: 'Work by machine' }).waitFor() // all of it is in the address
  // The rows of the order before stay until those of the new one are there.
  for (const [i, g] of groups.entries()) {
    await page.locator('.breakdown tbody tr').nth(i).getByText(g.keys[0].label).waitFor()
  }
  await done()
})

test('the key figures are readable wide and narrow, light and dark, in both languages, and on paper', async () => {
  for (const [locale, colorScheme, viewport] of [
    ['en-GB', 'light', sizes.desktop],
    ['es-ES', 'dark', sizes.phone],
    ['es-ES', 'light', { width: 320, height: 740 }],
  ]) {
    const { page, done } = await open(address, { locale, colorScheme, viewport })
    await page.locator('.figure-value').first().waitFor()
    await page.locator('.breakdown tbody tr').first().waitFor()
    await accessible(page, `key figures, ${locale}, ${colorScheme}, ${viewport.width}`)
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(over <= 0, `${over} px too wide at ${viewport.width}`)
    if (locale === 'es-ES') {
      const text = await page.locator('.reliability').innerText()
      assert.doesNotMatch(text, /\b(of the|failures|window|better|worse)\b/i, 'no English is left')
    }
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('.controls').isVisible(), false, 'what cannot be pressed on paper is left out')
    assert.ok(await page.locator('.figure .print-only').first().isVisible(), 'paper has the definitions')
    await done()
  }
})

test('a window without data says so, and a wrong address shows the last twelve months', async () => {
  const { page, done } = await open('/reliability?from=1990-01-01&to=1990-12-31')
  await page.getByText('No work in this window.').waitFor()
  await figure(page, 'Mean time to restoration').getByText('No value: there is no record to compute it from').waitFor()
  await page.goto(`${base}/reliability?from=2026-02-31&to=soon&days=7&by=NOTHING`)
  await page.getByRole('button', { name: '12 months', pressed: true }).waitFor()
  await page.getByRole('button', { name: 'By category', pressed: true }).waitFor()
  await done()
})
