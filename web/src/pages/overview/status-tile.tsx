import { Link } from 'react-router'
import { statuses, statusLook } from '../../features/equipment/status-mark'
import { useI18n } from '../../i18n/context'
import { Shape } from '../../ui/shape'
import { Tile } from './tile'
import type { useStats } from './use-stats'

/** The machines by status: one bar, told apart by pattern too. */
export function StatusTile({ query }: { query: ReturnType<typeof useStats> }) {
  const { t, fmt } = useI18n()
  return (
    <Tile
      query={query}
      className="c6"
      height={150}
      title={(stats) => {
        const active = stats?.statusCounts.find((c) => c.status === 'ACTIVE')?.count
        return (
          <h2>
            {active === undefined || !stats
              ? t.overview.byStatus
              : stats.totalEquipment === 0
                ? t.overview.emptyFleet
                : t.overview.active(fmt.count(active), fmt.count(stats.totalEquipment))}
          </h2>
        )
      }}
      end={
        <Link to="/equipment" className="link">
          {t.overview.allMachines}
        </Link>
      }
    >
      {(stats) => {
        const counts = statuses.map((status) => ({ status, count: stats?.statusCounts.find((c) => c.status === status)?.count ?? 0 }))
        return (
          <>
            <div className="status-bar" aria-hidden="true">
              {counts.map(
                ({ status, count }) =>
                  count > 0 && (
                    <i key={status} className={`${statusLook[status].tone} fill-${status.toLowerCase()}`} style={{ flexGrow: count }} />
                  ),
              )}
            </div>
            <ul className="legend">
              {counts.map(({ status, count }) => (
                <li key={status}>
                  <Link to={`/equipment?status=${status}`}>
                    <b>{fmt.count(count)}</b>
                    <span className={`mark ${statusLook[status].tone}`}>
                      <Shape name={statusLook[status].shape} />
                      {t.equipment.status[status]}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
            {stats && stats.totalEquipment > 0 && (
              <p className="worth quiet">
                {t.overview.value} <span className="strong">{fmt.moneyShort(stats.totalValue)}</span>
                <span>
                  {stats.averageCost === null ? t.overview.unknownCost : t.overview.averageCost(fmt.moneyRounded(stats.averageCost))}
                </span>
              </p>
            )}
          </>
        )
      }}
    </Tile>
  )
}
