import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { statuses, statusLook } from '../../features/equipment/status-mark'
import { useViewer } from '../../features/viewer/viewer'
import { readFragment } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { useFreshness } from '../../live/freshness'
import { Icon } from '../../ui/icon'
import { Shape } from '../../ui/shape'
import { usePageTitle } from '../../ui/page-title'
import { attentionFragment, attentionQuery } from './attention'
import { useStats } from './use-stats'
import { useNow, useShift, useWakeLock } from './wall-hooks'
import './wall.css'

/** Without a sign of the server for so long, what the wall shows counts as old. */
const staleAfter = 15_000

/** The overview for a wall: few figures, large, that say plainly when they are old. */
export default function Wall() {
  const { t, fmt } = useI18n()
  const navigate = useNavigate()
  const { company } = useViewer()
  const stats = useStats()
  const attention = useQuery({ ...attentionQuery(fmt.today()), refetchInterval: 300_000 })
  const { state, heardAt } = useFreshness()
  const now = useNow(1000)
  const shift = useShift()
  const [shownControls, setShownControls] = useState(false)
  useWakeLock()
  usePageTitle(t.common.wall)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.fullscreenElement) void navigate('/')
    }
    addEventListener('keydown', onKey)
    return () => {
      removeEventListener('keydown', onKey)
    }
  }, [navigate])
  useEffect(() => {
    if (!shownControls) return
    const timer = setTimeout(() => {
      setShownControls(false)
    }, 5000)
    return () => {
      clearTimeout(timer)
    }
  }, [shownControls])

  const stale = heardAt !== null && (state === 'stale' || now - heardAt > staleAfter)
  const o = t.overview
  const of = (key: 'overdue' | 'down' | 'due') => readFragment(attentionFragment, attention.data?.[key] ?? null)?.totalCount
  const names = { ACTIVE: o.wallActive, MAINTENANCE: o.wallMaintenance, INACTIVE: o.wallInactive, RETIRED: o.wallRetired }
  const big = [
    { key: 'down', shape: 'diamond', className: 'maint', count: of('down'), word: o.wallDown },
    { key: 'overdue', shape: 'triangle', className: 'crit', count: of('overdue'), word: o.wallOverdue },
    { key: 'due', shape: 'open-triangle', className: 'soon', count: of('due'), word: o.wallDue },
  ] as const
  const figure = (count: number | undefined) => (count === undefined ? '–' : fmt.count(count))
  return (
    <main
      className={`wall ${stale ? 'stale' : ''}`}
      style={{ translate: `${String(shift.x)}px ${String(shift.y)}px` }}
      onPointerDown={() => {
        setShownControls(true)
      }}
    >
      <h1 className="sr">{t.common.wall}</h1>
      {stale ? (
        <header className="band" role="alert">
          <Icon name="offline" size={32} />
          <span>{o.wallStale(fmt.clock(heardAt))}</span>
          <span className="end">{o.wallNow(fmt.clock(now))}</span>
        </header>
      ) : (
        <header>
          <span className="ellipsis">{company.name}</span>
          {heardAt !== null && (
            <span className="end">
              <Shape name="circle" />
              {o.wallLive(fmt.clockSeconds(heardAt))}
            </span>
          )}
        </header>
      )}
      <ul className="big">
        {big.map((b) => (
          <li key={b.key} className={b.count ? b.className : ''}>
            <span className="figure">
              <Shape name={b.shape} />
              <b>{figure(b.count)}</b>
            </span>
            <span>{b.word}</span>
          </li>
        ))}
      </ul>
      <div className="status-bar" aria-hidden="true">
        {stats.data?.statusCounts.map(
          ({ status, count }) => count > 0 && <i key={status} className={`fill-${status.toLowerCase()}`} style={{ flexGrow: count }} />,
        )}
      </div>
      <ul className="by-status">
        {statuses.map((status) => (
          <li key={status} className={status.toLowerCase()}>
            <span className="figure">
              <Shape name={statusLook[status].shape} />
              <b>{figure(stats.data?.statusCounts.find((c) => c.status === status)?.count)}</b>
            </span>
            <span>{names[status]}</span>
          </li>
        ))}
      </ul>
      {shownControls && (
        <button type="button" className="btn leave" onClick={() => void navigate('/')}>
          {o.wallLeave}
        </button>
      )}
    </main>
  )
}
