import type { ErrorReason } from '../../graphql/graphql'

/** A reason of the server why a change was refused. */
export interface UserErrorLike {
  message: string
  reason: ErrorReason
  field?: readonly string[] | null
}

/** Sorts refusals by the field of the input that they are about. What no field of the form caused has the name ''. */
export function errorsByField(errors: readonly UserErrorLike[], fields: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const { field, message } of errors) {
    const name = field?.find((part) => fields.includes(part)) ?? ''
    found[name] = found[name] ? `${found[name]}; ${message}` : message
  }
  return found
}

/** A change that the server refused, for reasons that the user can correct. */
export class Refusal extends Error {
  readonly errors: readonly UserErrorLike[]

  constructor(errors: readonly UserErrorLike[]) {
    super(errors.map((e) => e.message).join('; '))
    this.name = 'Refusal'
    this.errors = errors
  }
}
