import './index.css'
import overview from '../examples/1-overview.graphql?raw'
import { request } from './request'
import { showUser } from './signed-in'

interface Stats {
  totalEquipment: number
  activeEquipment: number
  maintenanceEquipment: number
  averageCost: string | null
  totalValue: string
  computedAt: string
}

/** Formats an amount, which stays a string of digits: Intl formats it exactly, a float would not. */
function amount(digits: string): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }).format(digits as Intl.StringNumericLiteral)
}

function paragraph(className: string, text: string): HTMLElement {
  const p = document.createElement('p')
  p.className = className
  p.textContent = text
  return p
}

function figures(stats: Stats): HTMLElement[] {
  const list = document.createElement('dl')
  const entries: [string, string][] = [
    ['Machines', stats.totalEquipment.toLocaleString()],
    ['Active', stats.activeEquipment.toLocaleString()],
    ['In maintenance', stats.maintenanceEquipment.toLocaleString()],
    ['Average cost', stats.averageCost === null ? '–' : amount(stats.averageCost)],
    ['Total value', amount(stats.totalValue)],
  ]
  for (const [term, value] of entries) {
    const group = document.createElement('div')
    const dt = document.createElement('dt')
    const dd = document.createElement('dd')
    dt.textContent = term
    dd.textContent = value
    group.append(dt, dd)
    list.append(group)
  }
  return [list, paragraph('quiet', `As of ${new Date(stats.computedAt).toLocaleString()}.`)]
}

void showUser(document.getElementById('viewer'))

const statsElement = document.getElementById('stats')
request<{ dashboardStats: Stats }>(overview)
  .then(({ dashboardStats }) => statsElement?.replaceChildren(...figures(dashboardStats)))
  .catch((error: unknown) =>
    statsElement?.replaceChildren(paragraph('error', `No figures: ${error instanceof Error ? error.message : String(error)}.`)),
  )
