import type { Messages } from '../messages'

const plural = (n: number, one: string, other: string) => (n === 1 ? one : other)

export const services: Messages['services'] = {
  title: 'Servicios previstos',
  none: 'Ningún plan de servicio se aplica a esta máquina.',
  retired: 'Una máquina dada de baja no tiene servicios pendientes.',
  truncated: (n) => `Aquí se ven solo los ${n} que tocan primero.`,
  status: { UPCOMING: 'próximo', DUE: 'toca', OVERDUE: 'atrasado' },
  paused: 'en pausa',
  everyDays: (n, text) => plural(n, 'cada día', `cada ${text} días`),
  everyHours: (hours) => `cada ${hours}\u00a0h`,
  or: (a, b) => `${a} o ${b}`,
  forCategory: (category) => `para toda la categoría ${category}`,
  forModel: (model) => `para todas las ${model}`,
  due: (day, hours) => `Toca ${[day && `el ${day}`, hours && `a las ${hours}\u00a0h`].filter(Boolean).join(' o ')}`,
  dueUnknown: 'Se desconoce cuándo toca',
  meter: (hours) => `horómetro ${hours}\u00a0h`,
  forecast: (day, range) => `Previsión: ${day}${range === null ? '' : ` (${range})`}`,
  noForecast: (why) => `Sin previsión: ${why}`,
  range: (from, to) => (to === null ? `${from} o después` : `del ${from} al ${to}`),
  reason: {
    NOT_BY_HOURS: 'no cuenta horas',
    NO_READINGS: 'el horómetro aún no se ha leído',
    TOO_FEW_READINGS: 'todas las lecturas son del mismo día',
    NOT_USED: 'la máquina no ha trabajado',
    TOO_FAR: 'faltan más de diez años',
  },
  isPlanned: 'Planificado como trabajo',
  notPlanned: 'Aún sin planificar como trabajo',
  add: 'Añadir',
  addTitle: 'Añadir un plan de servicio',
  pause: 'Pausar',
  pausedNow: 'Plan de servicio en pausa',
  resume: 'Reanudar',
  resumedNow: 'Plan de servicio reanudado',
  delete: 'Eliminar el plan',
}
