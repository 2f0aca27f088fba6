import { create } from 'zustand'
import type { MachineInput } from './machine-input'

export interface PendingMachine {
  /** The idempotency key of its creation. */
  key: string
  input: MachineInput
}

interface Pending {
  machines: PendingMachine[]
  add: (machine: PendingMachine) => void
  remove: (key: string) => void
}

/**
 * Machines that are being added. They are shown above the lists, because only the
 * server can say where they stand in them.
 */
export const usePending = create<Pending>((set) => ({
  machines: [],
  add: (machine) => {
    set((s) => ({ machines: [...s.machines, machine] }))
  },
  remove: (key) => {
    set((s) => ({ machines: s.machines.filter((m) => m.key !== key) }))
  },
}))
