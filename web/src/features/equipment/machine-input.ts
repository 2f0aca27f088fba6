import type { EquipmentStatus } from '../../graphql/graphql'
import { parseDecimal } from '../../lib/decimal'

/** The values of the form of a machine, as they are typed. */
export interface MachineForm {
  name: string
  serialNumber: string
  category: string
  status: EquipmentStatus
  cost: string
  manufacturer: string
  model: string
  year: string
  inServiceOn: string
  retiredOn: string
  replacementValue: string
  scheduledHoursPerWeek: string
  description: string
}

/** The same as the server takes them. */
export interface MachineInput {
  name: string
  serialNumber: string | null
  category: string
  status: EquipmentStatus
  cost: string | null
  manufacturer: string | null
  model: string | null
  year: number | null
  inServiceOn: string | null
  retiredOn: string | null
  replacementValue: string | null
  scheduledHoursPerWeek: string | null
  description: string | null
}

export const machineFields = [
  'name',
  'serialNumber',
  'category',
  'status',
  'cost',
  'manufacturer',
  'model',
  'year',
  'inServiceOn',
  'retiredOn',
  'replacementValue',
  'scheduledHoursPerWeek',
  'description',
] as const
export type MachineField = (typeof machineFields)[number]

export const emptyForm: MachineForm = {
  name: '',
  serialNumber: '',
  category: '',
  status: 'ACTIVE',
  cost: '',
  manufacturer: '',
  model: '',
  year: '',
  inServiceOn: '',
  retiredOn: '',
  replacementValue: '',
  scheduledHoursPerWeek: '',
  description: '',
}

export type FormProblem = 'required' | 'number' | 'year'

/** Reads the form; where a value is missing or is no number it says so by field. */
export function readForm(form: MachineForm, locale: string): { input: MachineInput; problems: Partial<Record<MachineField, FormProblem>> } {
  const problems: Partial<Record<MachineField, FormProblem>> = {}
  if (form.name.trim() === '') problems.name = 'required'
  if (form.category.trim() === '') problems.category = 'required'
  const amount = (field: 'cost' | 'replacementValue' | 'scheduledHoursPerWeek') => {
    if (form[field].trim() === '') return null
    const value = parseDecimal(form[field], locale)
    if (value === null) problems[field] = 'number'
    return value
  }
  const cost = amount('cost')
  const replacementValue = amount('replacementValue')
  const scheduledHoursPerWeek = amount('scheduledHoursPerWeek')
  const year = form.year.trim()
  if (year !== '' && !/^\d{4}$/.test(year)) problems.year = 'year'
  const input: MachineInput = {
    name: form.name.trim(),
    serialNumber: form.serialNumber.trim() || null,
    category: form.category.trim(),
    status: form.status,
    cost,
    manufacturer: form.manufacturer.trim() || null,
    model: form.model.trim() || null,
    year: year === '' ? null : Number(year),
    inServiceOn: form.inServiceOn || null,
    // Only a retired machine has a last day; one that returns loses it by itself.
    retiredOn: form.status === 'RETIRED' ? form.retiredOn || null : null,
    replacementValue,
    scheduledHoursPerWeek,
    description: form.description.trim() || null,
  }
  return { input, problems }
}

/** Returns the fields in which two inputs differ. */
export function changedFields(before: MachineInput, after: MachineInput): Partial<MachineInput> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key as MachineField] !== value))
}
