import { useEffect, useState } from 'react'

/** Returns true once a condition has held for ms without a break. */
export function useShownAfter(condition: boolean, ms: number): boolean {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!condition) return
    const timer = setTimeout(() => {
      setShown(true)
    }, ms)
    return () => {
      clearTimeout(timer)
      setShown(false)
    }
  }, [condition, ms])
  return condition && shown
}
