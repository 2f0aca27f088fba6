import type { Messages } from '../messages'

export const sites: Messages['sites'] = {
  site: 'Obra',
  none: 'en ninguna obra',
  move: 'Trasladar a una obra',
  find: 'Buscar una obra',
  noSites: 'La empresa aún no tiene obras.',
  movedAt: 'Trasladada el',
  movedHint: 'Sin cambiar: ahora. Si se olvidó anotar el traslado, indique cuándo fue.',
  moved: (site) => `Trasladada a ${site}`,
  left: 'La máquina ya no está en ninguna obra',
  same: 'La máquina está ahora allí.',
  atNoSite: 'En ninguna obra',
  unknown: 'Una obra que ya no existe',
  chosen: (n) => `${n} obras`,
  most: (n) => `Se ven las ${n} obras con más máquinas.`,
}
