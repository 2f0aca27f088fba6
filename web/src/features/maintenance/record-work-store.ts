import { create } from 'zustand'

export interface RecordTarget {
  id: string
  name: string
}

interface RecordWork {
  isOpen: boolean
  /** The machine, where the form was opened from its page. */
  machine: RecordTarget | null
  planned: boolean
  open: (machine: RecordTarget | null, planned?: boolean) => void
  close: () => void
}

/** The form for work, which every page can open. */
export const useRecordWork = create<RecordWork>((set) => ({
  isOpen: false,
  machine: null,
  planned: false,
  open: (machine, planned = false) => {
    set({ isOpen: true, machine, planned })
  },
  close: () => {
    set({ isOpen: false })
  },
}))
