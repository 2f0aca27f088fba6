import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from 'react-router'
import { MachineName } from '../../features/equipment/machine-name'
import { useI18n } from '../../i18n/context'
import { ratio, sum } from '../../lib/decimal'
import type { Costs } from './cost-tile'
import { Tile } from './tile'

/** The machines that cost most in twelve months. */
export function CostliestTile({ query }: { query: UseQueryResult<Costs> }) {
  const { t, fmt } = useI18n()
  return (
    <Tile
      query={query}
      className="c4"
      height={330}
      title={() => (
        <>
          <h2>{t.overview.costliest}</h2>
          <span className="small">{t.overview.costliestUnit(fmt.currency)}</span>
        </>
      )}
    >
      {({ costliest, yearTotal }) =>
        costliest.length === 0 ? (
          <p className="quiet">{t.maintenance.none}</p>
        ) : (
          <>
            <ol className="ranks">
              {costliest.map((c, i) => (
                <li key={c.equipment?.id ?? i}>
                  <div className="line">
                    {c.equipment ? (
                      <Link to={`/equipment/${c.equipment.id}`} className="plain ellipsis">
                        <MachineName name={c.equipment.name} />
                      </Link>
                    ) : (
                      <span className="quiet">{t.overview.deletedMachine}</span>
                    )}
                    <span>{fmt.rounded(c.totalCost)}</span>
                  </div>
                  <div className="track" aria-hidden="true">
                    <i style={{ width: `${String(100 * Math.max(0, ratio(c.totalCost, costliest[0]?.totalCost ?? '1')))}%` }} />
                  </div>
                </li>
              ))}
            </ol>
            <p className="share quiet">
              {t.overview.share(costliest.length, fmt.percent(ratio(sum(costliest.map((c) => c.totalCost)), yearTotal)))}
            </p>
          </>
        )
      }
    </Tile>
  )
}
