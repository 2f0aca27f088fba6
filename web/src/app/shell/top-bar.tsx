import { Link } from 'react-router'
import { useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import { FreshnessBadge } from './freshness-badge'
import { useLayers } from './layers'
import { UserMenu } from './user-menu'

const onMac = navigator.userAgent.includes('Mac')

function Mark() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="currentColor" />
      <path d="M6 17 10.500 7h3L18 17h-3l-3-6.800L9 17z" fill="var(--on-accent)" />
    </svg>
  )
}

/** The bar at the top of every page: company, search, freshness, user. */
export function TopBar() {
  const { t } = useI18n()
  const { company } = useViewer()
  const open = useLayers((s) => s.open)
  return (
    <header className="top">
      <Link to="/" className="brand">
        <Mark />
        <span className="ellipsis">{company.name}</span>
      </Link>
      <button
        type="button"
        className="find"
        aria-keyshortcuts="Meta+K Control+K"
        onClick={() => {
          open('palette')
        }}
      >
        <Icon name="search" />
        <span className="words ellipsis">{t.common.searchPlaceholder}</span>
        <kbd aria-hidden="true">{onMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <div className="end">
        <FreshnessBadge />
        <UserMenu />
      </div>
    </header>
  )
}
