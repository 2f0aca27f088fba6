import { expect, test } from 'vitest'
import { en } from './en'
import { schedules } from './en/schedules'
import { sitePages } from './en/site-pages'
import { es } from './es'
import { schedules as schedulesInSpanish } from './es/schedules'
import { sitePages as sitePagesInSpanish } from './es/site-pages'
import { createFormats } from './formats'
import { chooseLocale } from './messages'

function paths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, part]) => paths(part, `${path}.${key}`))
}

test('both languages have the same texts, none of them empty', () => {
  const [all, inSpanish] = [
    { ...en, schedules, sitePages },
    { ...es, schedules: schedulesInSpanish, sitePages: sitePagesInSpanish },
  ]
  expect(paths(inSpanish)).toEqual(paths(all))
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
  for (const text of [...texts(all), ...texts(inSpanish)]) expect(text.trim()).not.toBe('')
})

test('the wish of the browser chooses the language, and its variety the formats', () => {
  expect(chooseLocale(['fr-FR', 'es-PE', 'en-US'])).toEqual({ language: 'es', locale: 'es-PE' })
  expect(chooseLocale(['fr-FR'])).toEqual({ language: 'en', locale: 'en' })
  expect(chooseLocale(['es-PE', 'en-GB'], 'en')).toEqual({ language: 'en', locale: 'en-GB' })
  expect(chooseLocale(['en-GB'], 'es')).toEqual({ language: 'es', locale: 'es' })
})

test('amounts stay exact, and have the currency of the company', () => {
  const fmt = createFormats('es-ES', { currency: 'EUR', timeZone: 'Europe/Madrid' })
  expect(fmt.amount('9007199254740993.01')).toBe('9.007.199.254.740.993,01')
  expect(fmt.amount('1637.5')).toBe('1.637,50') // grouped below 10,000 too, so that columns align
  expect(createFormats('en-US', { currency: 'JPY', timeZone: 'Asia/Tokyo' }).moneyRounded('1200')).toBe('¥1,200')
})

test('times are in the zone of the company, whatever that of the device is', () => {
  const at = '2026-03-01T02:30:00Z'
  expect(createFormats('en-GB', { currency: 'PEN', timeZone: 'America/Lima' }).dateTime(at)).toContain('28 Feb')
  expect(createFormats('en-GB', { currency: 'PEN', timeZone: 'America/Lima' }).dayOf(at)).toBe('2026-02-28')
  expect(createFormats('en-GB', { currency: 'JPY', timeZone: 'Asia/Tokyo' }).clock(at)).toBe('11:30')
})
