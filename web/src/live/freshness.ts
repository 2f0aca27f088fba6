import { create } from 'zustand'

export type LiveState = 'connecting' | 'live' | 'stale'

interface Freshness {
  state: LiveState
  /** When the server was last heard: by an event, or by its answer to a ping. */
  heardAt: number | null
  heard: () => void
  lost: () => void
  /** The first connection is being made. */
  connecting: () => void
}

/** How fresh what the page shows is. */
export const useFreshness = create<Freshness>((set) => ({
  state: 'connecting',
  heardAt: null,
  heard: () => {
    set({ state: 'live', heardAt: Date.now() })
  },
  lost: () => {
    set({ state: 'stale' })
  },
  connecting: () => {
    set((s) => (s.heardAt === null ? { state: 'connecting' } : {}))
  },
}))
