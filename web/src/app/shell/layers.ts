import { create } from 'zustand'

export type Layer = 'palette' | 'help' | 'password'

interface Layers {
  layer: Layer | null
  open: (layer: Layer) => void
  close: () => void
}

/** The layer that is open above the page. */
export const useLayers = create<Layers>((set) => ({
  layer: null,
  open: (layer) => {
    set({ layer })
  },
  close: () => {
    set({ layer: null })
  },
}))
