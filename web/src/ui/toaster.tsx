import { useI18n } from '../i18n/context'
import { Icon } from './icon'
import { useToasts } from './toasts'

/** Shows the messages, and has screen readers say them. */
export function Toaster() {
  const { toasts, remove } = useToasts()
  const { t } = useI18n()
  return (
    <div className="toasts no-print" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className="btn"
              onClick={() => {
                remove(toast.id)
                toast.action?.perform()
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button
            type="button"
            className="btn square"
            aria-label={t.common.close}
            onClick={() => {
              remove(toast.id)
            }}
          >
            <Icon name="close" size={12} />
          </button>
        </div>
      ))}
    </div>
  )
}
