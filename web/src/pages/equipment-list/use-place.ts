import { useEffect, useLayoutEffect } from 'react'
import { useLocation } from 'react-router'

const prefix = 'fleet:place:'

/** Keeps how far an element is scrolled with the entry of the history, so that Back returns to the same row. */
export function usePlace(scroller: HTMLElement | null, ready: boolean): void {
  const { key } = useLocation()
  useLayoutEffect(() => {
    if (!scroller || !ready) return
    const kept = Number(sessionStorage.getItem(prefix + key) ?? 0)
    if (kept > 0) scroller.scrollTop = kept
  }, [scroller, ready, key])
  useEffect(() => {
    if (!scroller) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const keep = () => {
      sessionStorage.setItem(prefix + key, String(scroller.scrollTop))
    }
    const onScroll = () => {
      clearTimeout(timer)
      timer = setTimeout(keep, 100)
    }
    scroller.addEventListener('scroll', onScroll, { passive: true })
    addEventListener('pagehide', keep)
    return () => {
      clearTimeout(timer)
      scroller.removeEventListener('scroll', onScroll)
      removeEventListener('pagehide', keep)
    }
  }, [scroller, key])
}
