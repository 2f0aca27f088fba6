import type { EquipmentFilter, EquipmentOrder, EquipmentStatus } from '../../graphql/graphql'
import { statuses } from './status-mark'

export const orders = [
  'CREATED_AT_DESC',
  'CREATED_AT_ASC',
  'NAME_ASC',
  'NAME_DESC',
  'COST_DESC',
  'COST_ASC',
  'UPDATED_AT_DESC',
  'UPDATED_AT_ASC',
  'SERIAL_NUMBER_ASC',
  'SERIAL_NUMBER_DESC',
  'MANUFACTURER_ASC',
  'MANUFACTURER_DESC',
  'MODEL_ASC',
  'MODEL_DESC',
  'YEAR_DESC',
  'YEAR_ASC',
  'IN_SERVICE_ON_DESC',
  'IN_SERVICE_ON_ASC',
  'RETIRED_ON_DESC',
  'RETIRED_ON_ASC',
  'REPLACEMENT_VALUE_DESC',
  'REPLACEMENT_VALUE_ASC',
] as const satisfies readonly EquipmentOrder[]

export const defaultOrder: EquipmentOrder = 'CREATED_AT_DESC'

/** What a list of machines shows. It stands in the address, so that it can be shared and gone back to. */
export interface ListState {
  search: string
  status: EquipmentStatus[]
  category: string[]
  /** Ids of sites, and `none` for machines at no site. */
  site: string[]
  order: EquipmentOrder
  /** Whether the deleted machines are listed, and no others. */
  deleted: boolean
}

/** Stands among sites for machines at no site. */
export const noSite = 'none'

/** What a list shows once its filters are cleared. */
export const noFilters = { search: '', status: [], category: [], site: [] } satisfies Partial<ListState>

const isSite = (value: string) => value === noSite || /^site_[0-9a-z]{26}$/.test(value)
const isStatus = (value: string): value is EquipmentStatus => statuses.some((s) => s === value)

/** Reads the state from an address. What it does not know is left out. */
export function readState(params: URLSearchParams): ListState {
  const order = orders.find((o) => o === params.get('order'))
  return {
    search: (params.get('q') ?? '').slice(0, 200),
    status: params.getAll('status').filter(isStatus),
    category: params.getAll('category').slice(0, 100),
    site: [...new Set(params.getAll('site'))].filter(isSite).slice(0, 100),
    order: order ?? defaultOrder,
    deleted: params.get('deleted') === 'only',
  }
}

/** Writes the state into an address, without what is the default, beside parameters of others. */
export function writeState(state: ListState, into = new URLSearchParams()): URLSearchParams {
  const params = new URLSearchParams(into)
  for (const key of ['q', 'status', 'category', 'site', 'order', 'deleted']) params.delete(key)
  if (state.search !== '') params.set('q', state.search)
  for (const s of state.status) params.append('status', s)
  for (const c of state.category) params.append('category', c)
  for (const s of state.site) params.append('site', s)
  if (state.order !== defaultOrder) params.set('order', state.order)
  if (state.deleted) params.set('deleted', 'only')
  return params
}

type Conditions = Omit<ListState, 'order'>

/** Returns the condition that machines are at one of these sites. */
function siteFilter(site: readonly string[]): EquipmentFilter {
  const ids = site.filter((id) => id !== noSite)
  const none = { site: { isNull: true } }
  if (ids.length === 0) return none
  return ids.length === site.length ? { site: { in: ids } } : { or: [{ site: { in: ids } }, none] }
}

/** Returns the server's filter for some of the conditions of a state. */
export function filterOf({ search, status, category, site, deleted }: Partial<Conditions>): EquipmentFilter {
  return {
    ...(search?.trim() ? { search: search.trim() } : {}),
    ...(status?.length ? { status } : {}),
    ...(category?.length ? { category } : {}),
    ...(site?.length ? siteFilter(site) : {}),
    ...(deleted ? { deleted: 'ONLY' } : {}),
  }
}

export function isFiltered({ search, status, category, site }: Omit<Conditions, 'deleted'>): boolean {
  return search.trim() !== '' || status.length > 0 || category.length > 0 || site.length > 0
}

/** The address of the list of machines that are at a site. */
export const machinesAt = (site: string) => `/equipment?site=${site}`
