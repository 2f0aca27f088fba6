import { create } from 'zustand'
import type { SavedQuery } from './saved-queries'

interface SavedTabs {
  /** The saved queries that tabs were opened with or saved as, as they were then, by the ids of the tabs. */
  byTab: Readonly<Record<string, SavedQuery>>
  link: (tab: string, query: SavedQuery) => void
  /** Makes the tabs of a saved query ordinary ones. */
  unlink: (id: string) => void
}

/**
 * Which tabs have saved queries. It lives as long as the page: the browser keeps no variables, so that a tab
 * of before has not all that was saved, and saving it again would lose them.
 */
export const useSavedTabs = create<SavedTabs>((set) => ({
  byTab: {},
  link: (tab, query) => {
    set(({ byTab }) => ({ byTab: { ...byTab, [tab]: query } }))
  },
  unlink: (id) => {
    set(({ byTab }) => ({ byTab: Object.fromEntries(Object.entries(byTab).filter(([, query]) => query.id !== id)) }))
  },
}))
