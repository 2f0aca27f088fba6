import type { CreateServiceScheduleInput, MaintenanceKind, ServiceRecurrence } from '../../graphql/graphql'
import { parseDecimal } from '../../lib/decimal'

export const recurrences: readonly ServiceRecurrence[] = ['FROM_COMPLETION', 'FIXED']

/** From where the first service of a new schedule is counted. */
export const begins = ['NOW', 'LAST', 'FIRST'] as const
export type Begin = (typeof begins)[number]

const hourFields = ['intervalHours', 'lastDoneHours', 'firstDueHours'] as const
const dayFields = ['lastDoneOn', 'firstDueOn'] as const
export const scheduleFields = ['title', 'kind', 'recurrence', 'intervalDays', ...hourFields, ...dayFields] as const
export type ScheduleField = (typeof scheduleFields)[number]

/** The form of a new schedule, as it is typed. */
export type ScheduleForm = Record<Exclude<ScheduleField, 'kind' | 'recurrence'>, string> & {
  kind: MaintenanceKind
  recurrence: ServiceRecurrence
  begin: Begin
}

export const newSchedule: ScheduleForm = {
  title: '',
  kind: 'PREVENTIVE',
  recurrence: 'FROM_COMPLETION',
  begin: 'NOW',
  intervalDays: '',
  intervalHours: '',
  lastDoneOn: '',
  lastDoneHours: '',
  firstDueOn: '',
  firstDueHours: '',
}

export type ScheduleProblem = 'required' | 'number' | 'wholeDays' | 'intervalNeeded' | 'oneInterval'

/** Reads the form: the input of the server, and what is wrong by field. Fields that the begin leaves out are no part of it. */
export function readSchedule(
  form: ScheduleForm,
  equipmentId: string,
  locale: string,
): { input: CreateServiceScheduleInput; problems: Partial<Record<ScheduleField, ScheduleProblem>> } {
  const problems: Partial<Record<ScheduleField, ScheduleProblem>> = {}
  const input: CreateServiceScheduleInput = { equipmentId, title: form.title.trim(), kind: form.kind, recurrence: form.recurrence }
  if (input.title === '') problems.title = 'required'
  const [days, hours] = [form.intervalDays.trim(), form.intervalHours.trim()]
  if (days !== '') {
    const whole = parseDecimal(days, locale)
    if (whole === null || !/^\d{1,6}$/.test(whole)) problems.intervalDays = 'wholeDays'
    else input.intervalDays = Number(whole)
  }
  if (days === '' && hours === '') problems.intervalDays = 'intervalNeeded'
  if (days !== '' && hours !== '' && form.recurrence === 'FIXED') problems.recurrence = 'oneInterval'
  const left = form.begin === 'LAST' ? 'firstDue' : form.begin === 'FIRST' ? 'lastDone' : ''
  const asked = (field: string) => (form.begin === 'NOW' ? field.startsWith('interval') : !field.startsWith(left))
  for (const field of hourFields) {
    const text = form[field].trim()
    if (text === '' || !asked(field)) continue
    const value = parseDecimal(text, locale)
    if (value === null) problems[field] = 'number'
    else input[field] = value
  }
  for (const field of dayFields) if (form[field] !== '' && asked(field)) input[field] = form[field]
  return { input, problems }
}
