import { createContext, use, useEffect, useEffectEvent } from 'react'
import type { TypedDocumentString } from '../graphql/graphql'
import type { LiveClient } from './live-client'

export const LiveContext = createContext<LiveClient | null>(null)

/** Subscribes while the component is shown. */
export function useLive<T, V extends Record<string, unknown>>(
  document: TypedDocumentString<T, V>,
  variables: V,
  onEvent: (data: T) => void,
  enabled = true,
): void {
  const client = use(LiveContext)
  const handle = useEffectEvent(onEvent)
  const key = JSON.stringify(variables)
  useEffect(() => {
    if (!client || !enabled) return
    return client.subscribe<T, V>(document, JSON.parse(key) as V, {
      next: (data) => {
        handle(data)
      },
    })
  }, [client, document, key, enabled])
}
