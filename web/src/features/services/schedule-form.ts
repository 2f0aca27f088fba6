import type { CreateServiceScheduleInput, MaintenanceKind, ServiceRecurrence } from '../../graphql/graphql'
import type { Formats } from '../../i18n/formats'
import { parseDecimal } from '../../lib/decimal'
import type { ScheduleDetail } from './schedule'

export const recurrences: readonly ServiceRecurrence[] = ['FROM_COMPLETION', 'FIXED']

/** From where the first service of a schedule is counted. */
export const begins = ['NOW', 'LAST', 'FIRST'] as const
/** BOTH is for the few that count their days from the last time and their hours to the first one, or the reverse. */
export type Begin = (typeof begins)[number] | 'BOTH'

const amountFields = ['intervalHours', 'lastDoneHours', 'firstDueHours', 'leadHours', 'estimatedCost', 'estimatedHours'] as const
const dayFields = ['lastDoneOn', 'firstDueOn'] as const
export const scheduleFields = ['title', 'kind', 'recurrence', 'intervalDays', 'leadDays', ...amountFields, ...dayFields] as const
export type ScheduleField = (typeof scheduleFields)[number]

/** The form of a schedule, as it is typed. */
export type ScheduleForm = Record<Exclude<ScheduleField, 'kind' | 'recurrence'>, string> & {
  kind: MaintenanceKind
  recurrence: ServiceRecurrence
  begin: Begin
}

/** The same as the server takes it. */
export type ScheduleValues = Record<(typeof amountFields)[number] | (typeof dayFields)[number], string | null> & {
  title: string
  kind: MaintenanceKind
  recurrence: ServiceRecurrence
  intervalDays: number | null
  leadDays: number
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
  leadDays: '14',
  leadHours: '',
  estimatedCost: '',
  estimatedHours: '',
}

function beginOf({ lastDoneOn, lastDoneHours, firstDueOn, firstDueHours }: ScheduleDetail): Begin {
  const last = lastDoneOn !== null || lastDoneHours !== null
  const first = firstDueOn !== null || firstDueHours !== null
  return last && first ? 'BOTH' : last ? 'LAST' : first ? 'FIRST' : 'NOW'
}

/** Returns the form of a schedule, in the user's language. */
export function scheduleForm(schedule: ScheduleDetail, fmt: Pick<Formats, 'amount' | 'decimal'>): ScheduleForm {
  const number = (value: string | null) => (value === null ? '' : fmt.decimal(value))
  return {
    title: schedule.title,
    kind: schedule.kind,
    recurrence: schedule.recurrence,
    begin: beginOf(schedule),
    intervalDays: schedule.intervalDays === null ? '' : String(schedule.intervalDays),
    intervalHours: number(schedule.intervalHours),
    lastDoneOn: schedule.lastDoneOn ?? '',
    lastDoneHours: number(schedule.lastDoneHours),
    firstDueOn: schedule.firstDueOn ?? '',
    firstDueHours: number(schedule.firstDueHours),
    leadDays: String(schedule.leadDays),
    leadHours: number(schedule.leadHours),
    estimatedCost: schedule.estimatedCost === null ? '' : fmt.amount(schedule.estimatedCost),
    estimatedHours: number(schedule.estimatedHours),
  }
}

/** Reports whether a schedule is that of one machine, which alone has hours at which the work was done last. */
export const isOfOneMachine = ({ category, model }: Pick<ScheduleDetail, 'category' | 'model'>) => category === null && model === null

/**
 * Reports whether a form asks for a field: only for the begin that is chosen, and for hours only of a
 * schedule that counts hours. What it does not ask for is no part of the schedule.
 */
export function asks({ begin, ...form }: ScheduleForm, field: ScheduleField, ofOneMachine: boolean): boolean {
  const [days, hours] = [form.intervalDays.trim() !== '', form.intervalHours.trim() !== '']
  const [byDays, byHours] = [days || !hours, hours || !days]
  const [last, first] = [begin === 'LAST' || begin === 'BOTH', begin === 'FIRST' || begin === 'BOTH']
  switch (field) {
    case 'lastDoneOn':
      return last
    case 'lastDoneHours':
      return last && byHours && ofOneMachine
    case 'firstDueOn':
      return first && byDays
    case 'firstDueHours':
      return first && byHours
    case 'leadHours':
      return byHours
    default:
      return true
  }
}

export type ScheduleProblem = 'required' | 'number' | 'wholeDays' | 'intervalNeeded' | 'oneInterval'
export type ScheduleProblems = Partial<Record<ScheduleField, ScheduleProblem>>

function wholeDays(text: string, locale: string): number | null {
  const whole = parseDecimal(text, locale)
  return whole !== null && /^\d{1,6}$/.test(whole) ? Number(whole) : null
}

/** Reads a form: its values, null for what is empty or not asked for, and what is wrong by field. */
export function readSchedule(
  form: ScheduleForm,
  ofOneMachine: boolean,
  locale: string,
): { values: ScheduleValues; problems: ScheduleProblems } {
  const problems: ScheduleProblems = {}
  const textOf = (field: keyof ScheduleForm & ScheduleField) => (asks(form, field, ofOneMachine) ? form[field].trim() : '')
  const amount = (field: (typeof amountFields)[number]) => {
    const text = textOf(field)
    if (text === '') return null
    const value = parseDecimal(text, locale)
    if (value === null) problems[field] = 'number'
    // As short as it can be, so that equal amounts are equal texts.
    return value?.includes('.') ? value.replace(/\.?0+$/, '') : value
  }
  const values: ScheduleValues = {
    title: form.title.trim(),
    kind: form.kind,
    recurrence: form.recurrence,
    intervalDays: wholeDays(form.intervalDays, locale),
    intervalHours: amount('intervalHours'),
    lastDoneOn: textOf('lastDoneOn') || null,
    lastDoneHours: amount('lastDoneHours'),
    firstDueOn: textOf('firstDueOn') || null,
    firstDueHours: amount('firstDueHours'),
    leadDays: wholeDays(form.leadDays, locale) ?? 0,
    leadHours: amount('leadHours'),
    estimatedCost: amount('estimatedCost'),
    estimatedHours: amount('estimatedHours'),
  }
  const [days, hours] = [form.intervalDays.trim(), form.intervalHours.trim()]
  if (values.title === '') problems.title = 'required'
  if (days === '' && hours === '') problems.intervalDays = 'intervalNeeded'
  if (days !== '' && values.intervalDays === null) problems.intervalDays = 'wholeDays'
  if (days !== '' && hours !== '' && form.recurrence === 'FIXED') problems.recurrence = 'oneInterval'
  if (wholeDays(form.leadDays, locale) === null) problems.leadDays = 'wholeDays'
  return { values, problems }
}

/** Returns the input of a new schedule of one machine: what is empty is left out. */
export function newScheduleInput(values: ScheduleValues, equipmentId: string): CreateServiceScheduleInput {
  const { title, kind, recurrence, leadDays, ...rest } = values
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)) as Partial<typeof rest>
  return { equipmentId, title, kind, recurrence, leadDays, ...given }
}

/** Returns the values that differ from those before: what others changed meanwhile stays. */
export function scheduleChanges(values: ScheduleValues, before: ScheduleValues): Partial<ScheduleValues> {
  const changed = Object.entries(values).filter(([field, value]) => value !== before[field as ScheduleField])
  return Object.fromEntries(changed)
}
