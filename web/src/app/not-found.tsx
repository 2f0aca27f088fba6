import { Link } from 'react-router'
import { useI18n } from '../i18n/context'
import { usePageTitle } from '../ui/page-title'

export function NotFound() {
  const { t } = useI18n()
  usePageTitle(t.common.notFoundTitle)
  return (
    <div className="blank">
      <h1>{t.common.notFoundTitle}</h1>
      <p>{t.common.notFoundText}</p>
      <Link to="/" className="btn loud">
        {t.common.toOverview}
      </Link>
    </div>
  )
}
