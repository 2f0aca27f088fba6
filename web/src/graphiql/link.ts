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

const tab = (query: string, variables: string | null = null, operationName: string | null = null): Tab => ({
  id: crypto.randomUUID(),
  title: operationName ?? '',
  query,
  variables,
  headers: null,
  operationName,
  response: null,
})

/**
 * Opens a tab for a link such as /graphiql?query={…}&variables={…}&operationName=…,
 * beside the stored tabs or the examples, and executes nothing. Without a query
 * in the link nothing changes.
 */
export function openLink(search: string, storage: DocumentStorage, examples: string[]): void {
  const link = new URLSearchParams(search)
  const query = link.get('query')
  if (query === null) return
  const linked = tab(query, link.get('variables'), link.get('operationName'))
  const stored = storage.getItem('graphiql:tabState')
  const state: TabState = stored ? (JSON.parse(stored) as TabState) : { activeTabIndex: 0, tabs: examples.map((example) => tab(example)) }
  const same = state.tabs.findIndex((t) => t.query === query)
  if (same >= 0) state.tabs[same] = linked
  else state.tabs.push(linked)
  state.activeTabIndex = same >= 0 ? same : state.tabs.length - 1
  storage.setItem('graphiql:tabState', JSON.stringify(state))
  storage.setItem('graphiql:query', query)
  storage.setItem('graphiql:variables', linked.variables ?? '')
}
