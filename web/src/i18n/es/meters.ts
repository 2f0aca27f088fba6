import type { meters as en } from '../en/meters'

export const meters: typeof en = {
  add: 'Añadir contador',
  added: 'Contador añadido',
  change: 'Cambiar',
  changeTitle: 'Cambiar el contador',
  changed: 'Contador cambiado',
  delete: 'Eliminar',
  deleteTitle: (name) => `¿Eliminar el contador ${name}?`,
  deleteText: 'No se puede recuperar, pero sí añadir de nuevo. Un contador que se ha leído no se elimina.',
  deleted: 'Contador eliminado',
  name: 'Nombre',
  nameNeeded: 'Ponga un nombre al contador.',
  unit: 'Cuenta',
  amount: (text, unit) =>
    `${text} ${{ HOURS: 'h', KILOMETRES: 'km', MILES: 'mi', CYCLES: text === '1' ? 'ciclo' : 'ciclos', LITRES: 'l' }[unit]}`,
  total: (amount) => `${amount} en total`,
  addReading: (name) => `Añadir lectura de ${name}`,
  reading: (name, unit) => `${name}, ${unit}`,
  noReadings: 'Aún no se ha leído.',
  actionsFor: (name) => `${name}: acciones`,
}
