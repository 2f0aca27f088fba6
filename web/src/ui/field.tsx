import { useId, type ReactNode } from 'react'
import { useI18n } from '../i18n/context'

export interface FieldControl {
  id: string
  'aria-invalid'?: true
  'aria-describedby'?: string
}

interface FieldProps {
  label: string
  error?: string | undefined
  optional?: boolean
  className?: string
  children: (control: FieldControl) => ReactNode
}

/** A labelled field with its error. */
export function Field({ label, error, optional = false, className = '', children }: FieldProps) {
  const id = useId()
  const { t } = useI18n()
  const control: FieldControl = error ? { id, 'aria-invalid': true, 'aria-describedby': `${id}-error` } : { id }
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>
        {label} {optional && <span className="small">{t.common.optional}</span>}
      </label>
      {children(control)}
      {error && (
        <span className="error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  )
}

/** Moves the focus to the first field of a form that has an error; without one, brings into sight what is said of the whole form. */
export function focusFirstError(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => {
    const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (field) field.focus()
    else form?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' })
  })
}
