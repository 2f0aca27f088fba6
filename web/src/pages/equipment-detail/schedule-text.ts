import type { I18n } from '../../i18n/context'
import type { useScheduleTexts } from '../../i18n/schedules'

type Texts = Pick<ReturnType<typeof useScheduleTexts>, 'pause'>

/** Returns the days of each year on which nothing falls due; null without any. */
export function pausesText({ fmt }: Pick<I18n, 'fmt'>, s: Texts, pauses: readonly { from: string; to: string }[]): string | null {
  if (pauses.length === 0) return null
  return pauses.map(({ from, to }) => s.pause(fmt.dayOfYear(from), fmt.dayOfYear(to))).join(', ')
}

/** Reads seasonal pauses as a history has them: such as "11-15 to 03-01, 12-24 to 01-02". */
export function pausesOf(text: string): { from: string; to: string }[] {
  return [...text.matchAll(/(\d\d-\d\d) to (\d\d-\d\d)/g)].map(([, from = '', to = '']) => ({ from, to }))
}
