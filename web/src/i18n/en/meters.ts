import type { MeterUnit } from '../../graphql/graphql'

/** Texts about the meters of a machine beside its hour meter. */
export const meters = {
  add: 'Add meter',
  added: 'Meter added',
  change: 'Change',
  changeTitle: 'Change the meter',
  changed: 'Meter changed',
  delete: 'Delete',
  deleteTitle: (name: string) => `Delete the meter ${name}?`,
  deleteText: 'It cannot be restored, but added again. A meter that was read is not deleted.',
  deleted: 'Meter deleted',
  name: 'Name',
  nameNeeded: 'Give the meter a name.',
  unit: 'It counts',
  amount: (text: string, unit: MeterUnit) =>
    `${text} ${{ HOURS: 'h', KILOMETRES: 'km', MILES: 'mi', CYCLES: text === '1' ? 'cycle' : 'cycles', LITRES: 'l' }[unit]}`,
  total: (amount: string) => `${amount} in all`,
  addReading: (name: string) => `Add reading of ${name}`,
  reading: (name: string, unit: string) => `${name}, ${unit}`,
  noReadings: 'Not read yet.',
  actionsFor: (name: string) => `${name}: actions`,
}
