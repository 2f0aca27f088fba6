import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useSearchParams } from 'react-router'
import { useRecordWork } from '../../features/maintenance/record-work-store'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import { usePageTitle } from '../../ui/page-title'
import { AttentionStrip } from './attention-strip'
import { CategoryTile } from './category-tile'
import { CostTile } from './cost-tile'
import { CostliestTile } from './costliest-tile'
import { costsQuery } from './costs'
import { NewestTile } from './newest-tile'
import './overview.css'
import { StatusTile } from './status-tile'
import { useStats } from './use-stats'

const Wall = lazy(() => import('./wall'))

function Overview() {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  const openRecord = useRecordWork((s) => s.open)
  const stats = useStats()
  const costs = useQuery(costsQuery(fmt.today()))
  usePageTitle(t.overview.title)
  return (
    <>
      <div className="page-head">
        <h1>{t.overview.title}</h1>
        <span className="quiet today">{fmt.fullDay(fmt.today())}</span>
        {mayWrite && (
          <div className="acts desk">
            <button
              type="button"
              className="btn loud"
              onClick={() => {
                openRecord(null)
              }}
            >
              <Icon name="plus" />
              {t.maintenance.record}
            </button>
          </div>
        )}
      </div>
      <div className="tiles">
        <AttentionStrip />
        <StatusTile query={stats} />
        <CategoryTile />
        <CostTile query={costs} />
        <CostliestTile query={costs} />
        <NewestTile />
      </div>
    </>
  )
}

/** The overview of the fleet, or its wall display. */
export function Page() {
  const [params] = useSearchParams()
  if (!params.has('wall')) return <Overview />
  return (
    <Suspense>
      <Wall />
    </Suspense>
  )
}
