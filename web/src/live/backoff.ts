const first = 500
/** The longest wait before another attempt. */
export const longestWait = 30_000

/** Returns the wait before attempt n (from 0) in milliseconds: doubling to the longest, the upper half of it random. */
export function backoff(n: number, random = Math.random()): number {
  const step = Math.min(first * 2 ** Math.min(n, 16), longestWait)
  return step / 2 + (step / 2) * random
}

/** Waits, but not longer than until the browser has a network again or the page is looked at again. */
export function waitOrWake(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      document.removeEventListener('visibilitychange', wake)
      resolve()
    }
    const wake = () => {
      if (document.visibilityState === 'visible') done()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    document.addEventListener('visibilitychange', wake)
  })
}
