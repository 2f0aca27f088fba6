import type { DocumentStorage } from './storage'

/** The tabs as GraphiQL stores them. */
interface TabState {
  activeTabIndex: number
  tabs: Tab[]
}

interface Tab {
  id: string
  title: string
  query: string
  variables: string | null
  headers: null
  operationName: string | null
  response: null
}

/** Returns the name of a document's first operation, which GraphiQL shows on its tab. */
const nameIn = (query: string) => /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? '<untitled>'

const tab = (query: string, variables: string | null = null, operationName: string | null = null): Tab => ({
  id: crypto.randomUUID(),
  title: operationName ?? nameIn(query),
  query,
  variables,
  headers: null,
  operationName,
  response: null,
})

/** What a tab is opened with. */
export interface Linked {
  document: string
  variables: string | null
  operationName?: string | null
}

/** Returns what a link such as /graphiql?query={…}&variables={…}&operationName=… has; null for a link without a query. */
export function readLink(search: string): Linked | null {
  const link = new URLSearchParams(search)
  const document = link.get('query')
  if (document === null) return null
  return { document, variables: link.get('variables'), operationName: link.get('operationName') }
}

/** Opens a tab beside the stored ones or the examples, before GraphiQL is there, and executes nothing. Returns the tab's id. */
export function openTab({ document, variables, operationName = null }: Linked, storage: DocumentStorage, examples: string[]): string {
  const linked = tab(document, variables, operationName)
  const stored = storage.getItem('graphiql:tabState')
  const state: TabState = stored ? (JSON.parse(stored) as TabState) : { activeTabIndex: 0, tabs: examples.map((example) => tab(example)) }
  const same = state.tabs.findIndex((t) => t.query === document)
  if (same >= 0) state.tabs[same] = linked
  else state.tabs.push(linked)
  state.activeTabIndex = same >= 0 ? same : state.tabs.length - 1
  storage.setItem('graphiql:tabState', JSON.stringify(state))
  storage.setItem('graphiql:query', document)
  storage.setItem('graphiql:variables', linked.variables ?? '')
  return linked.id
}
