import { useRouteError } from 'react-router'
import { useI18n } from '../i18n/context'

/** A page that failed: the rest of the client keeps working around it. */
export function RouteError() {
  const error = useRouteError()
  const { t } = useI18n()
  console.error(error)
  return (
    <div className="blank" role="alert">
      <h1>{t.common.crashTitle}</h1>
      <p>{t.common.crashText}</p>
      <button
        type="button"
        className="btn loud"
        onClick={() => {
          location.reload()
        }}
      >
        {t.common.reload}
      </button>
    </div>
  )
}
