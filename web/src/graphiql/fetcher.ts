import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { createClient } from 'graphql-ws'

/**
 * GraphiQL's connection to the server. Subscriptions take the headers of the
 * Headers tab as parameters of their WebSocket, because a browser's WebSocket has
 * no headers of its own; each set of headers has its own WebSocket.
 */
export function createFetcher(): Fetcher {
  const socket = new URL('/graphql', location.href)
  socket.protocol = socket.protocol.replace('http', 'ws')
  const fetchers = new Map<string, Fetcher>()
  return (params, options) => {
    const headers = Object.fromEntries(
      Object.entries(options?.headers ?? {}).filter((h): h is [string, string] => typeof h[1] === 'string'),
    )
    const key = JSON.stringify(headers)
    let fetcher = fetchers.get(key)
    if (!fetcher) {
      fetcher = createGraphiQLFetcher({
        url: '/graphql',
        wsClient: createClient({
          url: socket.href,
          connectionParams: { headers },
          retryAttempts: Infinity,
          shouldRetry: () => true,
        }),
      })
      fetchers.set(key, fetcher)
    }
    return fetcher(params, options)
  }
}
