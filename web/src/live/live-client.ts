import { createClient, type Client } from 'graphql-ws'
import type { TypedDocumentString } from '../graphql/graphql'
import { sessionRenewed, useSession } from '../data/session'
import { backoff, waitOrWake } from './backoff'
import { useFreshness } from './freshness'

/** The server answers a ping within this time, or the connection counts as dead. */
const pongTimeout = 5_000
const pingInterval = 10_000
const closedUnauthorized = 4401
const closedForbidden = 4403

interface Sink<T> {
  next: (data: T) => void
}

interface CloseEventLike {
  code: number
}

const isClose = (value: unknown): value is CloseEventLike => typeof value === 'object' && value !== null && 'code' in value

/**
 * Subscriptions that never give up. graphql-ws reconnects after most ends of a
 * connection; after those that it takes as final the client is replaced by a new
 * one. After each reconnection the server begins with a snapshot or a RESYNC.
 */
export class LiveClient {
  readonly #url: string
  #client: Client
  #failures = 0
  #stopped = false

  constructor(url: string) {
    this.#url = url
    this.#client = this.#create()
  }

  #create(): Client {
    const { heard, lost, connecting } = useFreshness.getState()
    let pong: ReturnType<typeof setTimeout> | undefined
    const client: Client = createClient({
      url: this.#url,
      lazyCloseTimeout: 3_000,
      connectionAckWaitTimeout: 10_000,
      keepAlive: pingInterval,
      retryAttempts: Infinity,
      shouldRetry: () => true,
      retryWait: (n) => waitOrWake(backoff(n)),
      on: {
        connecting,
        connected: () => {
          this.#failures = 0
          heard()
        },
        ping: (received) => {
          if (received) return
          pong = setTimeout(() => {
            client.terminate()
          }, pongTimeout)
        },
        pong: (received) => {
          if (!received) return
          clearTimeout(pong)
          heard()
        },
        closed: (event) => {
          clearTimeout(pong)
          // 1000 is the end of the last subscription: there is nothing to be fresh about.
          if (!(isClose(event) && event.code === 1000)) lost()
        },
      },
    })
    return client
  }

  /** Calls next with the data of each event until the returned function is called. */
  subscribe<T, V extends Record<string, unknown>>(document: TypedDocumentString<T, V>, variables: V, { next }: Sink<T>): () => void {
    let ended = false
    let unsubscribe: () => void = () => undefined
    const again = async (client: Client, cause: unknown) => {
      if (ended || this.#stopped) return
      const code = isClose(cause) ? cause.code : 0
      if (code === closedUnauthorized || code === closedForbidden) {
        useSession.getState().end()
        await sessionRenewed()
      } else {
        await waitOrWake(backoff(this.#failures++))
      }
      if (this.#client === client) {
        this.#client = this.#create()
        void client.dispose()
      }
      begin()
    }
    const begin = () => {
      if (ended || this.#stopped) return
      const client = this.#client
      unsubscribe = client.subscribe<T>(
        { query: document.toString(), variables },
        {
          next: ({ data }) => {
            if (ended) return
            useFreshness.getState().heard()
            if (data) next(data)
          },
          // A refusal of the operation and a final end of the connection come here.
          error: (cause) => void again(client, cause),
          complete: () => void again(client, null),
        },
      )
    }
    begin()
    return () => {
      ended = true
      unsubscribe()
    }
  }

  /** Ends every subscription. */
  stop(): void {
    this.#stopped = true
    void this.#client.dispose()
  }
}
