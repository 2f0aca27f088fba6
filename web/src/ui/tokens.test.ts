import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const css = readFileSync('src/ui/tokens.css', 'utf8')

/** The colours of a scheme by token. */
function colours(scheme: 'light' | 'dark'): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, name = '', light = '', dark = ''] of css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\);/g)) {
    found.set(name, scheme === 'light' ? light : dark)
  }
  for (const [, name = '', value = ''] of css.matchAll(/--(wall-[\w-]+): (#\w+);/g)) found.set(name, value)
  return found
}

function luminance(hex: string): number {
  const part = (i: number) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

const grounds = ['bg', 'surface', 'sunken', 'hover', 'accent-ground']
const tones = ['active', 'maint', 'inactive', 'retired', 'crit', 'soon', 'good']
const cardGrounds = ['surface', 'hover', 'accent-ground']

/** Every pair that is used together, with the least contrast that it needs. */
const pairs: [string, string, number][] = [
  ...['text', 'text-2', 'text-3'].flatMap((t) => grounds.map((g): [string, string, number] => [t, g, 4.5])),
  ...tones.flatMap((t) => [...cardGrounds, `${t}-ground`].map((g): [string, string, number] => [t, g, 4.5])),
  ...tones
    .filter((t) => t !== 'good')
    .flatMap((t) => ['surface', 'accent-ground'].map((g): [string, string, number] => [`${t}-fill`, g, 3])),
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['surface', 'text', 4.5], // a pressed chip, and messages
  ['surface', 'crit', 4.5], // the button that deletes
  ...['bg', 'surface'].flatMap((g): [string, string, number][] => [
    ['line-strong', g, 3],
    ['focus', g, 3],
    ['accent', g, 3],
  ]),
  ['text-2', 'soon-ground', 4.5],
  ['text-2', 'crit-ground', 4.5],
  ...['c1', 'c2', 'c3-edge', 'c-mark', 'c-line'].map((c): [string, string, number] => [c, 'surface', 3]),
  ...['text', '2', 'crit', 'maint', 'soon', 'active', 'grey', 'stale'].map((c): [string, string, number] => [`wall-${c}`, 'wall-bg', 7]),
  ['wall-on-stale', 'wall-stale-ground', 7],
]

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  const found = colours(scheme)
  test.each(pairs)('%s on %s has a contrast of %d', (a, b, least) => {
    expect(contrast(found.get(a) ?? a, found.get(b) ?? b)).toBeGreaterThanOrEqual(least)
  })
})

test('no other style sheet has a colour of its own', () => {
  const sheets = ['app', 'pages', 'features', 'ui'].flatMap((folder) =>
    readdirSync(join('src', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.css') && name !== 'tokens.css')
      .map((name) => join('src', folder, name)),
  )
  expect(sheets.length).toBeGreaterThan(5)
  for (const name of sheets) expect(readFileSync(name, 'utf8').match(/#(?!000)[0-9a-f]{3,8}\b/gi), name).toBeNull()
})
