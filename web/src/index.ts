import './index.css'
import overview from '../examples/1-overview.graphql?raw'

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

interface GraphQLResponse<T> {
  data?: T | null
  errors?: { message: string }[]
}

/** Formats an amount, which stays a string of digits: Intl formats it exactly, a float would not. */
function amount(digits: string): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }).format(digits as Intl.StringNumericLiteral)
}

async function request<T>(query: string): Promise<T> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const result = (await response.json()) as GraphQLResponse<T>
  if (!result.data) throw new Error(result.errors?.[0]?.message ?? `the server responded with status ${String(response.status)}`)
  return result.data
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

/** Returns a form, so that the browser follows the server's redirect by itself. */
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

/** Shows the signed-in user. The demo's manager has no session, so it gets a link to sign in instead of a button to sign out. */
async function signedInUser(): Promise<HTMLElement[]> {
  const { viewer } = await request<{ viewer: Viewer | null }>('{ viewer { name role } }')
  if (!viewer) return [signInLink()]
  const name = document.createElement('span')
  name.textContent = `${viewer.name} · ${viewer.role.toLowerCase()}`
  const { sessions } = await request<{ sessions: { current: boolean }[] }>('{ sessions { current } }')
  return [name, sessions.some((s) => s.current) ? signOutForm() : signInLink()]
}

const viewerElement = document.getElementById('viewer')
signedInUser()
  .then((parts) => viewerElement?.replaceChildren(...parts))
  .catch(() => viewerElement?.replaceChildren(signInLink()))

const statsElement = document.getElementById('stats')
request<{ dashboardStats: Stats }>(overview)
  .then(({ dashboardStats }) => statsElement?.replaceChildren(...figures(dashboardStats)))
  .catch((error: unknown) =>
    statsElement?.replaceChildren(paragraph('error', `No figures: ${error instanceof Error ? error.message : String(error)}.`)),
  )
