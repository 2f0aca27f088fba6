import { textOf, type Table } from './table'

// The same as in internal/tabular of the server: an apostrophe shields a text that spreadsheets take for a formula,
// and a text that begins with apostrophes before one. A sign before digits alone is a number, and harmless.
const formula = /^'*[=+\-@\t]/
const number = /^[+-][\d.,' \u00a0\u202f]*\d$/

function shield(text: string): string {
  return formula.test(text) && !number.test(text) ? `'${text}` : text
}

function field(value: unknown): string {
  if (value === '') return '""'
  const text = typeof value === 'string' ? shield(value) : textOf(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Writes a table as the server writes its exports: RFC 4180, lines that end with CR LF, a
 * line with the names of the columns. A null is empty, an empty text is "". Texts that a
 * spreadsheet would take for a formula are shielded.
 */
export function csvOf({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')
}
