import { useEditorState, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect, useRef } from 'react'
import type { SavedQuery, Texts } from './saved-queries'
import { useSavedTabs } from './saved-tabs'

/** The tab that is open, with the saved query that it was opened with, and ways to open others. */
export function useTabs() {
  const actions = useGraphiQLActions()
  const tabs = useGraphiQL((state) => state.tabs)
  const at = useGraphiQL((state) => state.activeTabIndex)
  const [document, setDocument] = useEditorState('query')
  const [variables, setVariables] = useEditorState('variable')
  const byTab = useSavedTabs((state) => state.byTab)
  const link = useSavedTabs((state) => state.link)
  const open = tabs[at]?.id ?? ''
  const saved = byTab[open]
  const added = useRef<SavedQuery>(null)
  useEffect(() => {
    if (!added.current) return
    link(open, added.current)
    added.current = null
  }, [open, link])

  const openTab = (texts: Texts, query: SavedQuery) => {
    added.current = query
    actions.addTab()
    setDocument(texts.document)
    setVariables(texts.variables)
  }
  const put = (tab: string, query: SavedQuery) => {
    setDocument(query.document)
    setVariables(query.variables ?? '')
    link(tab, query)
  }
  const isChanged = (texts: Texts, query: SavedQuery) => texts.document !== query.document || texts.variables !== (query.variables ?? '')

  return {
    texts: { document, variables },
    saved,
    changed: saved !== undefined && isChanged({ document, variables }, saved),
    /** Says that the open tab has what is saved. */
    linkOpen: (query: SavedQuery) => {
      link(open, query)
    },
    /** Opens a saved query: the tab that has it already, whose changes stay, else a new one. */
    openSaved: (query: SavedQuery) => {
      const other = tabs.findIndex(({ id }) => byTab[id]?.id === query.id)
      const tab = tabs[other]
      const before = tab && byTab[tab.id]
      if (!before) {
        openTab({ document: query.document, variables: query.variables ?? '' }, query)
        return
      }
      const texts = other === at ? { document, variables } : { document: tab.query ?? '', variables: tab.variables ?? '' }
      if (other !== at) actions.changeTab(other)
      if (!isChanged(texts, before)) put(tab.id, query)
    },
    /** Opens an earlier version in a new tab, so that saving it makes it the current one. */
    openVersion: openTab,
    /** Puts a saved query into the open tab. */
    show: (query: SavedQuery) => {
      put(open, query)
    },
  }
}
