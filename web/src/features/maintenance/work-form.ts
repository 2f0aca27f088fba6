import type { MaintenanceKind, MaintenanceStatus, RecordMaintenanceInput } from '../../graphql/graphql'
import { parseDecimal } from '../../lib/decimal'

export type NewStatus = Extract<MaintenanceStatus, 'COMPLETED' | 'IN_PROGRESS' | 'PLANNED'>

/** The form for work, as it is typed. */
export interface WorkForm {
  kind: MaintenanceKind
  status: NewStatus
  day: string
  description: string
  cost: string
  meterHours: string
  labourHours: string
  performedBy: string
  isDown: boolean
}

export const workFields = [
  'equipmentId',
  'kind',
  'status',
  'maintenanceDate',
  'description',
  'cost',
  'meterHours',
  'labourHours',
  'performedBy',
  'downFrom',
] as const
export type WorkField = (typeof workFields)[number]

/** Reads the form; where a value is missing or is no number it says so by field. */
export function readWork(
  form: WorkForm,
  equipmentId: string | undefined,
  locale: string,
  now: Date,
): { input: RecordMaintenanceInput; problems: Partial<Record<WorkField, 'required' | 'number'>> } {
  const problems: Partial<Record<WorkField, 'required' | 'number'>> = {}
  const number = (field: 'cost' | 'meterHours' | 'labourHours') => {
    if (form.status === 'PLANNED' || form[field].trim() === '') return null
    const value = parseDecimal(form[field], locale)
    if (value === null) problems[field] = 'number'
    return value
  }
  if (!equipmentId) problems.equipmentId = 'required'
  if (form.day === '') problems.maintenanceDate = 'required'
  const cost = number('cost')
  const meterHours = number('meterHours')
  const labourHours = number('labourHours')
  const input: RecordMaintenanceInput = {
    equipmentId: equipmentId ?? '',
    kind: form.kind,
    status: form.status,
    maintenanceDate: form.day,
    description: form.description.trim() || null,
    performedBy: form.performedBy.trim() || null,
    ...(cost === null ? {} : { cost }),
    ...(meterHours === null ? {} : { meterHours }),
    ...(labourHours === null ? {} : { labourHours }),
    ...(form.isDown && form.status === 'IN_PROGRESS' ? { downFrom: now.toISOString() } : {}),
  }
  return { input, problems }
}
