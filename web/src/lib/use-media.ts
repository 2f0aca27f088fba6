import { useSyncExternalStore } from 'react'

/** Reports whether a media query holds, and follows it. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query)
      list.addEventListener('change', changed)
      return () => {
        list.removeEventListener('change', changed)
      }
    },
    () => matchMedia(query).matches,
  )
}

export const phone = '(max-width: 640px)'
