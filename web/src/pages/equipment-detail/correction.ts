import type { WorkRecord } from '../../features/maintenance/record'
import type { CorrectMaintenanceInput, MaintenanceKind } from '../../graphql/graphql'
import type { Formats } from '../../i18n/formats'
import { parseDecimal } from '../../lib/decimal'
import { fromZoned, toZoned } from '../../lib/zoned'

const texts = ['description', 'performedBy'] as const
const numbers = ['cost', 'labourCost', 'partsCost', 'labourHours', 'meterHours'] as const
const moments = ['startedAt', 'completedAt', 'downFrom', 'downTo'] as const

/** The form that corrects a record, as it is typed. */
export type CorrectionForm = Record<(typeof texts)[number] | (typeof numbers)[number] | (typeof moments)[number], string> & {
  kind: MaintenanceKind
  maintenanceDate: string
  reversalOfId: string
}

export const correctionFields = [...texts, ...numbers, ...moments, 'kind', 'maintenanceDate', 'reversalOfId', 'reason'] as const
export type CorrectionField = (typeof correctionFields)[number]

/** Returns the form of a record, in the user's language and the zone of the company. */
export function correctionOf(record: WorkRecord, fmt: Formats): CorrectionForm {
  const money = (value: string | null) => (value === null ? '' : fmt.amount(value))
  const number = (value: string | null) => (value === null ? '' : fmt.decimal(value))
  const moment = (value: string | null) => (value === null ? '' : toZoned(value, fmt.timeZone))
  return {
    kind: record.kind,
    maintenanceDate: record.maintenanceDate,
    description: record.description ?? '',
    performedBy: record.performedBy ?? '',
    cost: money(record.cost),
    labourCost: money(record.labourCost),
    partsCost: money(record.partsCost),
    labourHours: number(record.labourHours),
    meterHours: number(record.meterHours),
    startedAt: moment(record.startedAt),
    completedAt: moment(record.completedAt),
    downFrom: moment(record.downFrom),
    downTo: moment(record.downTo),
    reversalOfId: record.reversalOf?.id ?? '',
  }
}

export type CorrectionInput = Omit<CorrectMaintenanceInput, 'maintenanceRecordId' | 'expectedVersion' | 'reason'>
export type CorrectionProblem = 'required' | 'number' | 'moment'

/** Reads what was changed in the form. What was left as it was is no part of the correction. */
export function readCorrection(
  form: CorrectionForm,
  start: CorrectionForm,
  { locale, timeZone }: Pick<Formats, 'locale' | 'timeZone'>,
): { input: CorrectionInput; problems: Partial<Record<CorrectionField, CorrectionProblem>> } {
  const input: CorrectionInput = {}
  const problems: Partial<Record<CorrectionField, CorrectionProblem>> = {}
  const changed = (field: keyof CorrectionForm) => form[field] !== start[field]
  for (const field of texts) if (changed(field)) input[field] = form[field].trim() || null
  // The parts of a cost are given together or not at all.
  const parts = changed('labourCost') || changed('partsCost')
  for (const field of numbers) {
    if (!changed(field) && !(parts && (field === 'labourCost' || field === 'partsCost'))) continue
    const value = form[field].trim() === '' ? null : parseDecimal(form[field], locale)
    if (value === null && form[field].trim() !== '') problems[field] = 'number'
    input[field] = value
  }
  for (const field of moments) {
    if (!changed(field)) continue
    const value = form[field] === '' ? null : fromZoned(form[field], timeZone)
    if (value === null && form[field] !== '') problems[field] = 'moment'
    input[field] = value
  }
  if (changed('kind')) input.kind = form.kind
  if (changed('maintenanceDate')) {
    if (form.maintenanceDate === '') problems.maintenanceDate = 'required'
    else input.maintenanceDate = form.maintenanceDate
  }
  if (changed('reversalOfId')) input.reversalOfId = form.reversalOfId || null
  return { input, problems }
}
