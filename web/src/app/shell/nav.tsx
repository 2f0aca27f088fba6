import { useQuery } from '@tanstack/react-query'
import { NavLink } from 'react-router'
import { countsQuery } from '../../features/equipment/counts'
import { useRecordWork } from '../../features/maintenance/record-work-store'
import { workCountsQuery } from '../../features/maintenance/work-counts'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Icon, type IconName } from '../../ui/icon'
import { prefetchPage, type pages } from '../pages'

interface Place {
  to: string
  page: keyof typeof pages
  icon: IconName
  label: string
  count?: number | undefined
}

function usePlaces(): Place[] {
  const { t } = useI18n()
  const { data: counts } = useQuery(countsQuery({}))
  const { data: work } = useQuery(workCountsQuery())
  return [
    { to: '/', page: 'overview', icon: 'overview', label: t.common.overview },
    { to: '/equipment', page: 'list', icon: 'machine', label: t.common.machines, count: counts?.total },
    { to: '/work', page: 'work', icon: 'work', label: t.common.work, count: work && work.planned + work.inProgress },
    { to: '/sites', page: 'sites', icon: 'site', label: t.common.sites },
    { to: '/reliability', page: 'reliability', icon: 'chart', label: t.common.reliability },
  ]
}

function PlaceLink({ place, counted }: { place: Place; counted: boolean }) {
  const { fmt } = useI18n()
  const warm = () => {
    prefetchPage(place.page)
  }
  return (
    <NavLink to={place.to} end={place.to === '/'} onPointerEnter={warm} onFocus={warm}>
      <Icon name={place.icon} />
      <span className="ellipsis">{place.label}</span>
      {counted && place.count !== undefined && <span className="n">{fmt.count(place.count)}</span>}
    </NavLink>
  )
}

/** The places of the client, beside the page on a desk. */
export function Nav() {
  const { t } = useI18n()
  return (
    <nav className="nav" aria-label={t.common.navigation}>
      {usePlaces().map((place) => (
        <PlaceLink key={place.to} place={place} counted />
      ))}
    </nav>
  )
}

/** The same places under the thumb, on a phone or a tablet. */
export function Tabs() {
  const { t } = useI18n()
  const mayWrite = useMayWrite()
  const openRecord = useRecordWork((s) => s.open)
  const places = usePlaces()
  return (
    <nav className="tabs" aria-label={t.common.navigation}>
      {places.slice(0, 2).map((place) => (
        <PlaceLink key={place.to} place={place} counted={false} />
      ))}
      {mayWrite && (
        <button
          type="button"
          className="record"
          onClick={() => {
            openRecord(null)
          }}
        >
          <span>
            <Icon name="plus" />
          </span>
          <span>{t.common.record}</span>
        </button>
      )}
      {places.slice(2).map((place) => (
        <PlaceLink key={place.to} place={place} counted={false} />
      ))}
    </nav>
  )
}
