import { create } from 'zustand'

interface SessionState {
  /** The server no longer accepts the session of this page. */
  ended: boolean
  end: () => void
  renew: () => void
}

/** Whether the page has a session. A session that ends keeps the page and what was typed into it. */
export const useSession = create<SessionState>((set) => ({
  ended: false,
  end: () => {
    set({ ended: true })
  },
  renew: () => {
    set({ ended: false })
  },
}))

/** Resolves once the session is there again. */
export function sessionRenewed(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = useSession.subscribe((state) => {
      if (state.ended) return
      stop()
      resolve()
    })
    signal?.addEventListener('abort', () => {
      stop()
      reject(new DOMException('aborted', 'AbortError'))
    })
  })
}
