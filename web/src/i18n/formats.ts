import { dayMillis, dayOf } from '../lib/days'

export interface CompanyFormats {
  currency: string
  timeZone: string
}

/** How numbers, amounts, days and times are written: by the locale, and by the currency and time zone of the company. */
export function createFormats(locale: string, { currency, timeZone }: CompanyFormats) {
  // Making a formatter is expensive: each is made once, when it is first needed.
  const numbers = new Map<string, Intl.NumberFormat>()
  const number = (key: string, options: Intl.NumberFormatOptions) => {
    let f = numbers.get(key)
    // Spanish leaves numbers below 10,000 without groups, which breaks columns.
    if (!f) numbers.set(key, (f = new Intl.NumberFormat(locale, { useGrouping: 'always', ...options })))
    return f
  }
  const times = new Map<string, Intl.DateTimeFormat>()
  const time = (key: string, options: Intl.DateTimeFormatOptions) => {
    let f = times.get(key)
    if (!f) times.set(key, (f = new Intl.DateTimeFormat(locale, options)))
    return f
  }
  const exact = (value: string) => value as Intl.StringNumericLiteral // digits stay exact, a float would not
  const sameYear = (day: string) => day.slice(0, 4) === dayOf(new Date(), timeZone).slice(0, 4)
  const dayOnly = (day: string, key: string, options: Intl.DateTimeFormatOptions) =>
    time(key, { ...options, timeZone: 'UTC' }).format(dayMillis(day))

  return {
    locale,
    currency,
    timeZone,
    count: (n: number) => number('count', { maximumFractionDigits: 0 }).format(n),
    /** An amount with its cents, without its currency. */
    amount: (value: string) => number('amount', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(exact(value)),
    /** An amount in whole units. */
    rounded: (value: string) => number('rounded', { maximumFractionDigits: 0 }).format(exact(value)),
    thousands: (value: number) => number('thousands', { maximumFractionDigits: 0 }).format(value / 1000),
    money: (value: string) => number('money', { style: 'currency', currency, maximumFractionDigits: 2 }).format(exact(value)),
    moneyRounded: (value: string) => number('moneyRounded', { style: 'currency', currency, maximumFractionDigits: 0 }).format(exact(value)),
    moneyShort: (value: string) =>
      number('moneyShort', { style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 }).format(exact(value)),
    hours: (value: string) => number('hours', { maximumFractionDigits: 0 }).format(exact(value)),
    /** A number with the digits that it has, at most two. */
    decimal: (value: string) => number('decimal', { maximumFractionDigits: 2 }).format(exact(value)),
    /** A number of hundredths, which the server has computed, as a percentage. */
    percentOf: (value: string) =>
      number('percentOf', { style: 'unit', unit: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(exact(value)),
    percent: (share: number, digits = 0) =>
      number(`percent${String(digits)}`, { style: 'percent', maximumFractionDigits: digits }).format(share),
    /** A calendar day, without the year when it is this one. */
    day: (day: string) =>
      sameYear(day)
        ? dayOnly(day, 'day', { day: 'numeric', month: 'short' })
        : dayOnly(day, 'dayYear', { day: 'numeric', month: 'short', year: 'numeric' }),
    /** A day of every year, as MM-DD. */
    dayOfYear: (day: string) => dayOnly(`2024-${day}`, 'day', { day: 'numeric', month: 'short' }),
    fullDay: (day: string) => dayOnly(day, 'fullDay', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    weekday: (day: string) => dayOnly(day, 'weekday', { weekday: 'short' }),
    month: (day: string) => dayOnly(day, 'month', { month: 'short' }),
    monthLetter: (day: string) => dayOnly(day, 'monthLetter', { month: 'narrow' }),
    monthYear: (day: string) => dayOnly(day, 'monthYear', { month: 'long', year: 'numeric' }),
    /** The calendar day of a time, in the zone of the company. */
    dayOf: (at: string | Date) => dayOf(new Date(at), timeZone),
    today: () => dayOf(new Date(), timeZone),
    dateTime: (at: string | Date) => {
      const key = sameYear(dayOf(new Date(at), timeZone)) ? 'dateTime' : 'dateTimeYear'
      const year = key === 'dateTime' ? {} : { year: 'numeric' as const }
      return time(key, { timeZone, day: 'numeric', month: 'short', ...year, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
        new Date(at),
      )
    },
    clock: (at: string | Date | number) =>
      time('clock', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at)),
    clockSeconds: (at: string | Date | number) =>
      time('clockSeconds', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date(at)),
  }
}

export type Formats = ReturnType<typeof createFormats>
