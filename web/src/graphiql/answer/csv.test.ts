import { expect, test } from 'vitest'
import { csvOf } from './csv'

const fieldOf = (value: unknown) => csvOf({ columns: ['c'], rows: [[value]] }).slice('c\r\n'.length, -2)

test('lines end with CR LF, and the first one has the names of the columns', () => {
  expect(
    csvOf({
      columns: ['name', 'operator.name'],
      rows: [
        ['A', 1],
        [null, undefined],
      ],
    }),
  ).toBe('name,operator.name\r\nA,1\r\n,\r\n')
  expect(csvOf({ columns: [], rows: [] })).toBe('\r\n')
})

test.each([
  [null, ''],
  ['', '""'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['two\r\nlines', '"two\r\nlines"'],
  [['a', 'b'], '"[""a"",""b""]"'],
  [' ', ' '],
  ['Ñandú 起重機 🚜', 'Ñandú 起重機 🚜'],
  [true, 'true'],
  ['123456789012345678.90', '123456789012345678.90'],
])('%j is written as %j', (value, text) => {
  expect(fieldOf(value)).toBe(text)
})

// The table of internal/tabular: what a spreadsheet would take for a formula begins with an apostrophe.
test.each(['=1+1', "+cmd|' /C calc'!A0", '-2+3', '@SUM(A1)', '\t=1', "'=1", "''=1"])('%j is no formula', (text) => {
  expect(fieldOf(text)).toBe(`'${text}`)
})

test.each(['-2.50', '+49 30', "'quoted'", '0012', '1e5', -2.5, '#REF!'])('%j is harmless', (value) => {
  expect(fieldOf(value)).toBe(String(value))
})
