import type { Messages } from '../../i18n/messages'

/** Returns one line about work: its description, else its kind. */
export function workText(t: Messages, record: { description: string | null; kind: keyof Messages['maintenance']['kind'] }): string {
  const text = record.description
    ?.trim()
    .split('\n')[0]
    ?.replace(/^Planned: /, '')
  return text ? text : t.maintenance.kind[record.kind]
}
