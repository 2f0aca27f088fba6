import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { EquipmentOrder } from '../../graphql/graphql'
import type { I18n } from '../../i18n/context'

export type ColumnKey = 'category' | 'status' | 'site' | 'operator' | 'last' | 'next' | 'meter' | 'cost' | 'updated'

interface Column {
  key: ColumnKey
  /** As a track of the grid, and the least width in px. */
  track: string
  min: number
  right: boolean
  /** The orders of its head, the first one first; none for what the server does not order by. */
  orders: readonly [EquipmentOrder, EquipmentOrder] | null
  label: (i18n: I18n) => string
}

export const columns: readonly Column[] = [
  { key: 'category', track: 'minmax(120px, 1fr)', min: 120, right: false, orders: null, label: ({ t }) => t.equipment.category },
  { key: 'status', track: '150px', min: 150, right: false, orders: null, label: ({ t }) => t.equipment.statusLabel },
  { key: 'site', track: 'minmax(120px, 1fr)', min: 120, right: false, orders: null, label: ({ t }) => t.sites.site },
  { key: 'operator', track: 'minmax(120px, 1fr)', min: 120, right: false, orders: null, label: ({ t }) => t.equipment.operator },
  { key: 'last', track: '104px', min: 104, right: true, orders: null, label: ({ t }) => t.equipment.lastWork },
  { key: 'next', track: '136px', min: 136, right: false, orders: null, label: ({ t }) => t.equipment.nextDue },
  { key: 'meter', track: '104px', min: 104, right: true, orders: null, label: ({ t }) => t.equipment.meter },
  {
    key: 'cost',
    track: '150px',
    min: 150,
    right: true,
    orders: ['COST_DESC', 'COST_ASC'],
    label: ({ t, fmt }) => t.equipment.cost(fmt.currency),
  },
  {
    key: 'updated',
    track: '120px',
    min: 120,
    right: true,
    orders: ['UPDATED_AT_DESC', 'UPDATED_AT_ASC'],
    label: ({ t }) => t.equipment.changed,
  },
]

/** Columns that are shown until the user chooses: as many as fit on a desk. The site stands below the name then. */
export const standardColumns: readonly ColumnKey[] = ['category', 'status', 'operator', 'last', 'next', 'meter', 'cost']

interface ColumnChoice {
  /** Null: the standard ones, also those that a later version adds. */
  chosen: readonly ColumnKey[] | null
  toggle: (key: ColumnKey) => void
  reset: () => void
}

/** The columns of the list, as the user has chosen them in this browser. */
export const useColumnChoice = create<ColumnChoice>()(
  persist(
    (set) => ({
      chosen: null,
      toggle: (key) => {
        set(({ chosen }) => {
          const now = chosen ?? standardColumns
          return { chosen: now.includes(key) ? now.filter((k) => k !== key) : [...now, key] }
        })
      },
      reset: () => {
        set({ chosen: null })
      },
    }),
    { name: 'fleet:columns', version: 1 },
  ),
)

/** Returns the shown columns, in their order. */
export function shownColumns(chosen: readonly ColumnKey[] | null): Column[] {
  const keys = chosen ?? standardColumns
  return columns.filter((c) => keys.includes(c.key))
}

const selectWidth = 44
const nameMin = 240

/** Returns the tracks of the grid, and the width below which it scrolls sideways. */
export function tracksOf(shown: readonly Column[]): { template: string; minWidth: number } {
  return {
    template: [`${String(selectWidth)}px`, `minmax(${String(nameMin)}px, 1.8fr)`, ...shown.map((c) => c.track)].join(' '),
    minWidth: shown.reduce((sum, c) => sum + c.min, selectWidth + nameMin),
  }
}
