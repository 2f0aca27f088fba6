import { expect, test } from 'vitest'
import { cents, fromCents, parseDecimal, ratio, sum } from './decimal'

test('sums are exact', () => {
  expect(sum(['0.10', '0.20', '9007199254740993.01', '-1'])).toBe('9007199254740992.31')
  expect(fromCents(cents('-0.05'))).toBe('-0.05')
  expect(ratio('1', '0')).toBe(0)
})

test.each([
  ['1637.05', 'en', '1637.05'],
  ['1,637.05', 'en', '1637.05'],
  ['1.637,05', 'en', '1637.05'],
  ['1637,05', 'es', '1637.05'],
  ['1.637,05', 'es', '1637.05'],
  ['1,637.05', 'es', '1637.05'],
  ['1,637', 'en', '1637'],
  ['1.637', 'es', '1637'],
  ['12,345,678', 'en', '12345678'],
  ['187 358,61', 'es', '187358.61'],
  ['-12.5', 'en', '-12.5'],
  ['0', 'en', '0'],
])('%s in %s is %s', (text, locale, value) => {
  expect(parseDecimal(text, locale)).toBe(value)
})

test.each([
  ['1.637', 'en'], // a thousand and more, or three decimals
  ['1,637', 'es'],
  ['12.34.56', 'en'],
  ['1,2,3', 'en'],
  ['1,63.05', 'en'],
  ['12.', 'en'],
  ['.5', 'en'],
  ['abc', 'en'],
  ['', 'en'],
  ['1e5', 'en'],
])('%s in %s is not guessed', (text, locale) => {
  expect(parseDecimal(text, locale)).toBeNull()
})
