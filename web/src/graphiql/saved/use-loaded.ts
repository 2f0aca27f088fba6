import { useCallback, useEffect, useState } from 'react'

interface Loaded<T> {
  data: T | null
  error: unknown
  reload: () => void
}

/** Loads by a key, again when the key changes or reload is called. What was loaded before stays until then. */
export function useLoaded<T>(key: string, load: (key: string) => Promise<T>): Loaded<T> {
  const [round, setRound] = useState(0)
  const [loaded, setLoaded] = useState<{ data: T | null; error: unknown }>({ data: null, error: null })
  useEffect(() => {
    let wanted = true
    load(key).then(
      (data) => {
        if (wanted) setLoaded({ data, error: null })
      },
      (error: unknown) => {
        if (wanted) setLoaded({ data: null, error })
      },
    )
    return () => {
      wanted = false
    }
  }, [key, round, load])
  const reload = useCallback(() => {
    setRound((n) => n + 1)
  }, [])
  return { ...loaded, reload }
}
