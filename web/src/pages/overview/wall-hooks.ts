import { useEffect, useState } from 'react'

/** The time, again and again. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now())
    }, everyMs)
    return () => {
      clearInterval(timer)
    }
  }, [everyMs])
  return now
}

const steps = [
  { x: 0, y: 0 },
  { x: 3, y: 0 },
  { x: 3, y: 3 },
  { x: 0, y: 3 },
] as const

/** A few pixels to move everything by, another each minute: a picture that stands still burns in. */
export function useShift(): { x: number; y: number } {
  const [step, setStep] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => {
      setStep((s) => (s + 1) % steps.length)
    }, 60_000)
    return () => {
      clearInterval(timer)
    }
  }, [])
  return steps[step] ?? steps[0]
}

/** Keeps the screen on. The browser ends that whenever the page is hidden, so it is asked again. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    let ended = false
    const ask = async () => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
      try {
        const got = await navigator.wakeLock.request('screen')
        if (ended) await got.release()
        else lock = got
      } catch {
        // It is not allowed without https, or when the battery is low; the wall works without.
      }
    }
    const onChange = () => void ask()
    void ask()
    document.addEventListener('visibilitychange', onChange)
    return () => {
      ended = true
      document.removeEventListener('visibilitychange', onChange)
      void lock?.release()
    }
  }, [])
}
