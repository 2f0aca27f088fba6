// Decimals of the server are strings, and stay exact: sums are made of whole hundredths.

/** Returns a decimal in hundredths. */
export function cents(value: string): bigint {
  const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? []
  const n = BigInt(whole) * 100n + BigInt(part.padEnd(2, '0').slice(0, 2))
  return sign === '-' ? -n : n
}

/** Returns hundredths as a decimal. */
export function fromCents(n: bigint): string {
  const digits = String(n < 0n ? -n : n).padStart(3, '0')
  return `${n < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Adds decimals. */
export function sum(values: Iterable<string>): string {
  let total = 0n
  for (const value of values) total += cents(value)
  return fromCents(total)
}

/** Returns a / b as a number, for lengths of bars. 0 when b is 0. */
export function ratio(a: string, b: string): number {
  const by = cents(b)
  return by === 0n ? 0 : Number(cents(a)) / Number(by)
}

/**
 * Reads a number as a person types it, "1.637,05", "1,637.05" or "1637.05", and
 * returns it as a decimal. Null for text that is no number, or one that can be
 * read in two ways, such as "1.637".
 */
export function parseDecimal(text: string, locale: string): string | null {
  const typed = text.trim().replace(/[\s\u00a0\u202f]/g, '')
  if (!/^-?[\d.,]+$/.test(typed) || !/\d/.test(typed)) return null
  const marks = typed.match(/[.,]/g) ?? []
  const last = marks.at(-1)
  if (!last) return typed
  const point = decimalPointOf(locale)
  const tail = typed.slice(typed.lastIndexOf(last) + 1)
  const others = new Set(marks).size > 1
  const groups = (s: string, mark: string) => new RegExp(`^-?\\d{1,3}(\\${mark}\\d{3})+$`).test(s)
  if (others) {
    const mark = last === '.' ? ',' : '.'
    const whole = typed.slice(0, typed.lastIndexOf(last))
    return marks.filter((m) => m === last).length === 1 && groups(whole, mark) ? `${whole.replaceAll(mark, '')}.${tail}` : null
  }
  if (marks.length > 1) return groups(typed, last) ? typed.replaceAll(last, '') : null
  // One mark before three digits: a group, unless it is the decimal point of the language.
  if (tail.length === 3 && groups(typed, last)) return last === point ? null : typed.replaceAll(last, '')
  return tail === '' || typed.startsWith(last) ? null : typed.replace(last, '.')
}

function decimalPointOf(locale: string): string {
  return new Intl.NumberFormat(locale).formatToParts(1.5).find((p) => p.type === 'decimal')?.value ?? '.'
}
