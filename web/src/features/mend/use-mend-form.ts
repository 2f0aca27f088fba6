import { useRef, useState, type RefObject } from 'react'
import { useI18n } from '../../i18n/context'
import type { Messages } from '../../i18n/messages'
import { randomId } from '../../lib/random-id'
import { failureText } from '../../ui/failure'
import { focusFirstError } from '../../ui/field'
import { say, sayFailed } from '../../ui/toasts'
import { errorsByField, Refusal, type UserErrorLike } from '../equipment/user-errors'
import { readable } from './readable'

/** The reasons of these forms name rows beside their ids. */
const noNames = new Map<string, string>()

export type Errors<F extends string> = Partial<Record<F | '', string>>

/** Returns a reason of the server in the user's language, without what is meant for programs. */
export function reasonText(t: Messages, { reason, message }: UserErrorLike): string {
  if (reason === 'STALE_VERSION') return t.mend.changedMeanwhile
  return t.mend.refused(reason, message.replace(/; correct them, or give confirm: true.*$/s, '.'))
}

/** Returns why a change was refused or failed, in the user's language. */
export function refusalText(t: Messages, error: unknown): string {
  return error instanceof Refusal ? error.errors.map((e) => reasonText(t, e)).join('; ') : failureText(t, error)
}

/** Reports whether the user may insist on what was refused: hours of a meter that can hardly be. */
export function isDoubt({ reason, field }: UserErrorLike): boolean {
  return reason === 'IMPLAUSIBLE' || (reason === 'DECREASING' && (field?.includes('meterHours') ?? false))
}

/** What a mutation does at its end. */
export interface Outcome {
  onSuccess: () => void
  onError: (error: unknown) => void
}

/** Says in a message how a change of a page has ended. */
export function saidOutcome(t: Messages, done: string): Outcome {
  return {
    onSuccess: () => {
      say(done)
    },
    onError: (error) => {
      sayFailed(refusalText(t, error))
    },
  }
}

export interface MendForm<F extends string> {
  element: RefObject<HTMLFormElement | null>
  errors: Errors<F>
  /** Whether the server doubts hours of a meter, and asks for a confirmation. */
  doubted: boolean
  confirm: boolean
  setConfirm: (on: boolean) => void
  /** Shows what is wrong; reports whether nothing is. */
  check: (found: Errors<F>) => boolean
  /** Shows why the server refused the change, each reason at its field. */
  fail: (error: unknown) => void
  /** Returns the key of a change: the same as long as the same is sent again. */
  keyOf: (input: unknown) => string
}

/** What the forms that set something right have in common. textOf says a reason of the server in words of the form's own. */
export function useMendForm<F extends string>(fields: readonly F[], textOf?: (error: UserErrorLike) => string): MendForm<F> {
  const { t, fmt } = useI18n()
  const element = useRef<HTMLFormElement>(null)
  const sent = useRef({ text: '', key: '' })
  const [errors, setErrors] = useState<Errors<F>>({})
  const [doubted, setDoubted] = useState(false)
  const [confirm, setConfirm] = useState(false)
  const show = (found: Errors<F>) => {
    setErrors(found)
    focusFirstError(element.current)
  }
  return {
    element,
    errors,
    doubted,
    confirm,
    setConfirm,
    check: (found) => {
      show(found)
      return Object.keys(found).length === 0
    },
    fail: (error) => {
      if (!(error instanceof Refusal)) {
        show({ '': failureText(t, error) } as Errors<F>)
        return
      }
      setDoubted(error.errors.some(isDoubt))
      show(
        errorsByField(
          error.errors.map((e) => ({ ...e, message: textOf?.(e) ?? readable(reasonText(t, e), noNames, fmt.dateTime) })),
          fields,
        ) as Errors<F>,
      )
    },
    keyOf: (input) => {
      const text = JSON.stringify(input)
      if (sent.current.text !== text) sent.current = { text, key: randomId() }
      return sent.current.key
    },
  }
}
