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

interface Viewer {
  name: string
  role: string
}

interface Answer<T> {
  data?: T | null
  errors?: { message: string }[]
}

/** Amounts stay strings of digits: Intl formats them exactly, a float would not. */
function amount(digits: string): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }).format(digits as Intl.StringNumericLiteral)
}

async function ask<T>(query: string): Promise<T> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as Answer<T>
  if (!answer.data) throw new Error(answer.errors?.[0]?.message ?? `the server answered ${String(response.status)}`)
  return answer.data
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

function signInLink(): HTMLElement {
  const a = document.createElement('a')
  a.href = '/sign-in'
  a.textContent = 'Sign in'
  return a
}

/** A form, so that the browser itself goes on to the page that the server answers with. */
function signOutForm(): HTMLElement {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = '/sign-out'
  const button = document.createElement('button')
  button.className = 'button second small'
  button.textContent = 'Sign out'
  form.append(button)
  return form
}

/** Says who is signed in. The demo's manager is somebody without a session, whom nothing signs out. */
async function whoIsThere(): Promise<HTMLElement[]> {
  const { viewer } = await ask<{ viewer: Viewer | null }>('{ viewer { name role } }')
  if (!viewer) return [signInLink()]
  const name = document.createElement('span')
  name.textContent = `${viewer.name} · ${viewer.role.toLowerCase()}`
  const { sessions } = await ask<{ sessions: { current: boolean }[] }>('{ sessions { current } }')
  return [name, sessions.some((s) => s.current) ? signOutForm() : signInLink()]
}

const corner = document.getElementById('viewer')
whoIsThere()
  .then((parts) => corner?.replaceChildren(...parts))
  .catch(() => corner?.replaceChildren(signInLink()))

const place = document.getElementById('stats')
ask<{ dashboardStats: Stats }>(query)
  .then(({ dashboardStats }) => place?.replaceChildren(...figures(dashboardStats)))
  .catch((error: unknown) =>
    place?.replaceChildren(paragraph('error', `No figures: ${error instanceof Error ? error.message : String(error)}.`)),
  )
