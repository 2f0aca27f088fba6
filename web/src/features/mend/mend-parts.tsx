import type { InputHTMLAttributes, ReactNode } from 'react'
import { useI18n } from '../../i18n/context'
import { CheckField } from '../../ui/check-field'
import { Field } from '../../ui/field'
import './mend.css'
import type { MendForm } from './use-mend-form'

/** Asks whether the meter has shown what the server doubts. */
export function Doubt({ form }: { form: Pick<MendForm<string>, 'doubted' | 'confirm' | 'setConfirm'> }) {
  const { t } = useI18n()
  if (!form.doubted) return null
  return <CheckField className="doubt" label={t.mend.confirmMeter} checked={form.confirm} onCheck={form.setConfirm} />
}

interface FrameProps<F extends string> {
  form: MendForm<F>
  /** What the button does. */
  action: string
  /** What the button beside it says, instead of that it cancels. */
  back?: string | undefined
  busy: boolean
  danger?: boolean
  onCancel: () => void
  onSubmit: () => void
  children: ReactNode
}

/** The form of a correction: what is wrong with it as a whole, its fields, and its buttons. */
export function MendFrame<F extends string>({ form, action, back, busy, danger = false, onCancel, onSubmit, children }: FrameProps<F>) {
  const { t } = useI18n()
  return (
    <form
      ref={form.element}
      noValidate
      className="mend"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {form.errors[''] && (
        <>
          <p role="alert" className="notice crit">
            {form.errors['']}
          </p>
          <Doubt form={form} />
        </>
      )}
      {children}
      {!form.errors[''] && <Doubt form={form} />}
      <footer>
        <button type="button" className="btn" onClick={onCancel}>
          {back ?? t.common.cancel}
        </button>
        <button type="submit" className={danger ? 'btn danger' : 'btn loud'} disabled={busy}>
          {action}
        </button>
      </footer>
    </form>
  )
}

interface TextProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange'> {
  label: string
  error?: string | undefined
  optional?: boolean
  value: string
  onText: (text: string) => void
}

/** A labelled line of text, a number, a day or a moment. */
export function TextField({ label, error, optional = false, value, onText, ...rest }: TextProps) {
  return (
    <Field label={label} error={error} optional={optional}>
      {(control) => (
        <input
          className="input"
          autoComplete="off"
          {...rest}
          {...control}
          value={value}
          onChange={(event) => {
            onText(event.target.value)
          }}
        />
      )}
    </Field>
  )
}

/** Properties of a field for a number. */
export const numeric = { className: 'input num', inputMode: 'decimal' } as const

interface ChoiceProps<T extends string> {
  label: string
  error?: string | undefined
  /** Whether the focus of a dialog begins here. */
  first?: boolean
  value: T
  choices: readonly T[]
  textOf: (choice: T) => string
  onChoose: (choice: T) => void
}

/** A labelled choice of one of a few values. */
export function ChoiceField<T extends string>({ label, error, first = false, value, choices, textOf, onChoose }: ChoiceProps<T>) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <select
          {...control}
          className="input"
          {...(first ? { 'data-first': true } : {})}
          value={value}
          onChange={(event) => {
            const choice = choices.find((c) => c === event.target.value)
            if (choice !== undefined) onChoose(choice)
          }}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {textOf(choice)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface ReasonProps {
  value: string
  error?: string | undefined
  onText: (text: string) => void
  first?: boolean
  optional?: boolean
}

/** Why something is set right. */
export function ReasonField({ value, error, onText, first = false, optional = false }: ReasonProps) {
  const { t } = useI18n()
  return (
    <Field label={t.mend.reason} error={error} optional={optional} className="full">
      {(control) => (
        <textarea
          {...control}
          className="input reason"
          rows={2}
          maxLength={500}
          placeholder={t.mend.reasonHint}
          {...(first ? { 'data-first': true } : {})}
          value={value}
          onChange={(event) => {
            onText(event.target.value)
          }}
        />
      )}
    </Field>
  )
}
