import type { I18n } from '../../i18n/context'
import type { Figure } from './kpi-query'

/** Returns a value of a figure with its unit. */
export function figureText({ fmt, t }: Pick<I18n, 'fmt' | 't'>, unit: Figure['unit'], value: string): string {
  switch (unit) {
    case 'PERCENT':
      return fmt.percentOf(value)
    case 'HOURS':
      return t.equipment.hours(fmt.amount(value))
    case 'COUNT':
      return fmt.decimal(value)
    case 'MONEY_PER_HOUR':
      return t.reliability.perHour(fmt.money(value))
  }
}

/** Returns a change of a figure without its sign, which an arrow shows. Percents differ by points. */
export function changeText(i18n: Pick<I18n, 'fmt' | 't'>, unit: Figure['unit'], delta: string): string {
  const size = delta.replace('-', '')
  return unit === 'PERCENT' ? i18n.t.reliability.points(i18n.fmt.amount(size)) : figureText(i18n, unit, size)
}
