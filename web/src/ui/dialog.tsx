import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useI18n } from '../i18n/context'
import { Icon } from './icon'

interface DialogProps {
  title: string
  children: ReactNode
  /** Called when the user wants to close it: by Escape, the cross, or a press beside it. Without it the dialog stays. */
  onClose?: (() => void) | undefined
  size?: 'narrow' | 'wide'
}

/** A modal dialog. The focus begins at the element marked data-first; the browser keeps it inside, and it returns afterwards. */
export function Dialog({ title, children, onClose, size }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const { t } = useI18n()
  useEffect(() => {
    const dialog = ref.current
    if (!dialog || dialog.open) return
    const before = document.activeElement
    dialog.showModal()
    // React's autoFocus comes before the dialog is open, when nothing in it can have the focus.
    const first = dialog.querySelector<HTMLElement>('[data-first]') ?? dialog.querySelector<HTMLElement>('h2')
    first?.focus()
    return () => {
      dialog.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      className={`dialog ${size ?? ''}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose?.()
      }}
    >
      <div className="body">
        <header>
          <h2 id={titleId} tabIndex={-1}>
            {title}
          </h2>
          {onClose && (
            <button type="button" className="btn bare square" aria-label={t.common.close} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  )
}
