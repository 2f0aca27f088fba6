import { create } from 'zustand'
import { immer } from 'zustand/middleware/immer'

interface Selection {
  /** Names of the selected machines by id. */
  names: Record<string, string>
  toggle: (id: string, name: string) => void
  add: (machines: readonly { id: string; name: string }[]) => void
  remove: (ids: readonly string[]) => void
  clear: () => void
}

/** The machines that are selected in the list. */
export const useSelection = create<Selection>()(
  immer((set) => ({
    names: {},
    toggle: (id, name) => {
      set(({ names }) => {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- immer makes a new object of it
        if (id in names) delete names[id]
        else names[id] = name
      })
    },
    add: (machines) => {
      set(({ names }) => {
        for (const { id, name } of machines) names[id] = name
      })
    },
    remove: (ids) => {
      set(({ names }) => {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- immer makes a new object of it
        for (const id of ids) delete names[id]
      })
    },
    clear: () => {
      set({ names: {} })
    },
  })),
)
