import type { QueryClient, QueryKey } from '@tanstack/react-query'

const delay = 400
const waiting = new WeakMap<QueryClient, Map<string, ReturnType<typeof setTimeout>>>()

/** Asks for queries again, once for all calls of a moment: live events come in bursts. */
export function invalidateSoon(client: QueryClient, queryKey: QueryKey): void {
  const timers = waiting.get(client) ?? new Map<string, ReturnType<typeof setTimeout>>()
  waiting.set(client, timers)
  const name = JSON.stringify(queryKey)
  if (timers.has(name)) return
  timers.set(
    name,
    setTimeout(() => {
      timers.delete(name)
      void client.invalidateQueries({ queryKey })
    }, delay),
  )
}
