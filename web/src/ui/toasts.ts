import { create } from 'zustand'

export interface Toast {
  id: number
  text: string
  /** A failure stays until it is closed. */
  failed: boolean
  action?: { label: string; perform: () => void } | undefined
}

interface ToastState {
  toasts: Toast[]
  add: (toast: Omit<Toast, 'id'>) => number
  remove: (id: number) => void
}

const shownMs = 8000
let next = 1

/** Short messages at the edge of the page. */
export const useToasts = create<ToastState>((set) => ({
  toasts: [],
  add: (toast) => {
    const id = next++
    set((s) => ({ toasts: [...s.toasts.slice(-2), { ...toast, id }] }))
    if (!toast.failed) {
      setTimeout(() => {
        useToasts.getState().remove(id)
      }, shownMs)
    }
    return id
  },
  remove: (id) => {
    set((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }))
  },
}))

/** Says that something was done, with an action such as undo. */
export function say(text: string, action?: Toast['action']): void {
  useToasts.getState().add({ text, failed: false, action })
}

/** Says that something failed. */
export function sayFailed(text: string, action?: Toast['action']): void {
  useToasts.getState().add({ text, failed: true, action })
}
