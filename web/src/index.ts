import './index.css'
import query from '../examples/1-wall.graphql?raw'

interface Stats {
  totalEquipment: number
  activeEquipment: number
  maintenanceEquipment: number
  averageCost: string | null
  totalValue: string
  computedAt: string
}

interface Answer {
  data?: { dashboardStats: Stats } | null
  errors?: { message: string }[]
}

/** Amounts stay strings of digits: Intl formats them exactly, a float would not. */
function amount(digits: string): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }).format(digits as Intl.StringNumericLiteral)
}

async function load(): Promise<Stats> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as Answer
  if (!answer.data) throw new Error(answer.errors?.[0]?.message ?? `the server answered ${String(response.status)}`)
  return answer.data.dashboardStats
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

const place = document.getElementById('stats')
load()
  .then((stats) => place?.replaceChildren(...figures(stats)))
  .catch((error: unknown) =>
    place?.replaceChildren(paragraph('error', `No figures: ${error instanceof Error ? error.message : String(error)}.`)),
  )
