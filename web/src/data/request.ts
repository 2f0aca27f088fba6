import type { TypedDocumentString } from '../graphql/graphql'
import { RequestFailure } from './errors'
import { sessionRenewed, useSession } from './session'

interface ResponseError {
  message: string
  path?: (string | number)[]
  extensions?: { code?: string }
}

interface ResponseBody<T> {
  data?: T | null
  errors?: ResponseError[]
}

/** Data of an operation of which parts may be missing, with the reasons. */
export interface Partial<T> {
  data: T
  /** Failures by the name of the root field. */
  failed: ReadonlyMap<string, RequestFailure>
}

export type Args<V> = V extends Record<string, never> ? [variables?: V, signal?: AbortSignal] : [variables: V, signal?: AbortSignal]

const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json, application/json' }

function retryAfterOf(response: Response): number | null {
  const seconds = Number(response.headers.get('Retry-After'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null
}

async function post(body: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch('/graphql', { method: 'POST', headers, body, ...(signal ? { signal } : {}) })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new RequestFailure('NO_ANSWER', 'the server does not answer')
  }
}

async function bodyOf<T>(response: Response): Promise<ResponseBody<T>> {
  try {
    return (await response.json()) as ResponseBody<T>
  } catch {
    const code = response.status >= 500 || response.status === 429 ? 'UNAVAILABLE' : 'INTERNAL'
    throw new RequestFailure(code, `status ${String(response.status)}`, response.headers.get('X-Request-Id'), retryAfterOf(response))
  }
}

/**
 * Executes an operation. A session that has ended is not a failure: the request
 * waits until the user has signed in again, and is then sent once more.
 */
export async function execute<T, V>(document: TypedDocumentString<T, V>, variables?: V, signal?: AbortSignal): Promise<Partial<T>> {
  const body = JSON.stringify({ query: document.toString(), variables })
  for (;;) {
    const response = await post(body, signal)
    const requestId = response.headers.get('X-Request-Id')
    const { data, errors = [] } = await bodyOf<T>(response)
    const failures = errors.map((e) => ({
      field: e.path?.[0],
      failure: new RequestFailure(e.extensions?.code ?? 'INTERNAL', e.message, requestId, retryAfterOf(response)),
    }))
    if (failures.some((f) => f.failure.code === 'UNAUTHENTICATED')) {
      useSession.getState().end()
      await sessionRenewed(signal)
      continue
    }
    const first = failures[0]
    if (data == null) throw first?.failure ?? new RequestFailure('INTERNAL', `status ${String(response.status)}`, requestId)
    return { data, failed: new Map(failures.map((f) => [String(f.field), f.failure])) }
  }
}

/** Executes an operation and returns its data, all of it: a part that failed fails the whole. */
export async function request<T, V>(document: TypedDocumentString<T, V>, ...[variables, signal]: Args<V>): Promise<T> {
  const { data, failed } = await execute(document, variables, signal)
  for (const failure of failed.values()) throw failure
  return data
}
