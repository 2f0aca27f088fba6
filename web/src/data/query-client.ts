import { QueryClient } from '@tanstack/react-query'
import { asFailure } from './errors'

const minute = 60_000

/** How long lists and figures are taken as fresh, and kept when nothing shows them. Live events keep them right meanwhile. */
export const listTimes = { staleTime: 5 * minute, gcTime: 10 * minute } as const
/** The same of a single machine. */
export const detailTimes = { staleTime: 10 * minute, gcTime: 15 * minute } as const

const maxRetries = 3

/** Reports whether a request that failed may be repeated, only after failures that pass by themselves. */
export function mayRetry(failures: number, error: Error): boolean {
  return failures < maxRetries && asFailure(error).isTransient
}

/** Returns the wait before a retry in milliseconds: doubling, half of it random, and at least what the server asked for. */
export function retryDelay(failures: number, error: Error): number {
  const step = Math.min(1000 * 2 ** failures, 15_000)
  return Math.max(step / 2 + Math.random() * (step / 2), asFailure(error).retryAfter ?? 0)
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The browser's opinion about the network is not asked: the server's answers count.
      queries: { ...listTimes, refetchOnWindowFocus: false, retry: mayRetry, retryDelay, networkMode: 'always' },
      mutations: { retry: mayRetry, retryDelay, networkMode: 'always' },
    },
  })
}
