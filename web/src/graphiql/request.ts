import type { TypedDocumentString } from '../graphql/graphql'

/** The body of an answer. */
interface GraphQLResponse<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/** An operation that failed: the server's code, such as UNAUTHENTICATED, and its message. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'RequestError'
  }
}

/** Executes an operation as the signed-in user, and returns its data, all of it. */
export async function request<T, V>(document: TypedDocumentString<T, V>, variables?: V): Promise<T> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  })
  const result = (await response.json()) as GraphQLResponse<T>
  const failure = result.errors?.[0]
  if (failure) throw new RequestError(failure.extensions?.code ?? 'INTERNAL', failure.message)
  if (!result.data) throw new RequestError('INTERNAL', `the server responded with status ${String(response.status)}`)
  return result.data
}
