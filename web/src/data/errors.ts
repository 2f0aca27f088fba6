/** Codes of the server, and those of a request that got no answer. */
export type FailureCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'LIMIT_EXCEEDED'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'INTERNAL'
  | 'NO_ANSWER'

/** Codes of failures that the same request may survive a moment later. */
const transient: readonly string[] = ['RATE_LIMITED', 'TIMEOUT', 'UNAVAILABLE', 'NO_ANSWER']

/** A request that failed: its code, the server's message, and the id under which the server logged it. */
export class RequestFailure extends Error {
  readonly code: string
  readonly requestId: string | null
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter: number | null

  constructor(code: FailureCode | (string & {}), message: string, requestId: string | null = null, retryAfter: number | null = null) {
    super(message)
    this.name = 'RequestFailure'
    this.code = code
    this.requestId = requestId
    this.retryAfter = retryAfter
  }

  get isTransient(): boolean {
    return transient.includes(this.code)
  }
}

/** Returns any thrown value as a failure. */
export function asFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error
  return new RequestFailure('INTERNAL', error instanceof Error ? error.message : String(error))
}
