import { beforeEach, expect, test, vi } from 'vitest'
import { TypedDocumentString } from '../graphql/graphql'
import { asFailure, RequestFailure } from './errors'
import { mayRetry, retryDelay } from './query-client'
import { execute, request } from './request'
import { useSession } from './session'

const document = new TypedDocumentString<{ a: number | null; b?: number }, Record<string, never>>('{ a }')

function answer(body: unknown, { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'X-Request-Id': 'r1', ...headers } })
}

beforeEach(() => {
  useSession.setState({ ended: false })
})

test('a failure has the code of the server and the id of the request', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(answer({ errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] })))
  const failure = asFailure(await request(document, {}).catch((e: unknown) => e))
  expect([failure.code, failure.message, failure.requestId]).toEqual(['FORBIDDEN', 'no', 'r1'])
})

test('parts that failed are told apart from parts that are there', async () => {
  vi.stubGlobal('fetch', () =>
    Promise.resolve(answer({ data: { a: null, b: 2 }, errors: [{ message: 'no', path: ['a'], extensions: { code: 'TIMEOUT' } }] })),
  )
  const { data, failed } = await execute(document, {})
  expect(data.b).toBe(2)
  expect(failed.get('a')?.code).toBe('TIMEOUT')
  await expect(request(document, {})).rejects.toThrow('no')
})

test('a session that ends is no failure: the request waits for the sign-in, and is sent once more', async () => {
  const fetched = vi
    .fn()
    .mockResolvedValueOnce(answer({ errors: [{ message: 'ended', extensions: { code: 'UNAUTHENTICATED' } }] }, { status: 401 }))
    .mockResolvedValueOnce(answer({ data: { a: 1 } }))
  vi.stubGlobal('fetch', fetched)
  const result = request(document, {})
  await vi.waitFor(() => {
    expect(useSession.getState().ended).toBe(true)
  })
  expect(fetched).toHaveBeenCalledTimes(1)
  useSession.getState().renew()
  expect(await result).toEqual({ a: 1 })
  expect(fetched).toHaveBeenCalledTimes(2)
})

test('failures that pass by themselves are retried, others are not', () => {
  const of = (code: string) => mayRetry(0, new RequestFailure(code, ''))
  expect(['NO_ANSWER', 'UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'].map(of)).toEqual([true, true, true, true])
  expect(['FORBIDDEN', 'BAD_INPUT', 'INTERNAL', 'CONFLICT'].map(of)).toEqual([false, false, false, false])
  expect(mayRetry(3, new RequestFailure('UNAVAILABLE', ''))).toBe(false)
})

test('a retry waits at least as long as the server asks', async () => {
  vi.stubGlobal('fetch', () =>
    Promise.resolve(
      answer({ errors: [{ message: 'slowly', extensions: { code: 'RATE_LIMITED' } }] }, { status: 429, headers: { 'Retry-After': '7' } }),
    ),
  )
  const failure = asFailure(await request(document, {}).catch((e: unknown) => e))
  expect(retryDelay(0, failure)).toBeGreaterThanOrEqual(7000)
})

test('no answer at all is a failure of its own', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  expect(asFailure(await request(document, {}).catch((e: unknown) => e)).code).toBe('NO_ANSWER')
})
