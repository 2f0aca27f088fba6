import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { MachineName } from '../../features/equipment/machine-name'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Download } from '../../ui/download'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { breakdownOf, breakdownQuery, mostGroups, type Group } from './breakdown-query'
import { groupings, writeScope, type Scope, type Sort } from './scope'

interface BreakdownProps {
  scope: Scope
  params: URLSearchParams
  onChange: (change: Parameters<typeof writeScope>[1]) => void
}

function GroupName({ group, scope, params }: { group: Group; scope: Scope; params: URLSearchParams }) {
  const { t } = useI18n()
  const { value, label } = group.keys[0] ?? { value: null, label: null }
  if (value === null || label === null) return <span className="quiet">{t.overview.deletedMachine}</span>
  if (scope.by === 'EQUIPMENT') {
    return (
      <Link to={`/equipment/${value}`} className="plain">
        <MachineName name={label} />
      </Link>
    )
  }
  const search = writeScope(params, { category: value, by: 'EQUIPMENT' }).toString()
  return (
    <Link to={{ search: `?${search}` }} className="plain">
      {label}
    </Link>
  )
}

/** The work of the window by category or by machine. */
export function Breakdown({ scope, params, onChange }: BreakdownProps) {
  const { t, fmt } = useI18n()
  const r = t.reliability
  const { data, error, refetch } = useQuery({ ...breakdownQuery(scope), placeholderData: keepPreviousData })
  const head = (sort: Sort | null, label: string) => (
    <th scope="col" className="num" aria-sort={sort === scope.sort ? 'descending' : undefined}>
      {sort === null ? (
        label
      ) : (
        <button
          type="button"
          className="sort"
          onClick={() => {
            onChange({ sort })
          }}
        >
          {label}
          {sort === scope.sort && <Icon name="sortDown" size={12} />}
        </button>
      )}
    </th>
  )
  return (
    <section className="card breakdown">
      <header>
        <h2>{scope.by === 'CATEGORY' ? r.table : r.tableMachines}</h2>
        <span className="end no-print breakdown-acts">
          <span className="segments" role="group" aria-label={r.table}>
            {groupings.map((by) => (
              <button
                key={by}
                type="button"
                aria-pressed={scope.by === by}
                onClick={() => {
                  onChange({ by })
                }}
              >
                {by === 'CATEGORY' ? r.byCategory : r.byMachine}
              </button>
            ))}
          </span>
          <Download name="maintenanceAggregates" variables={breakdownOf(scope)} />
        </span>
      </header>
      {error && !data ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : !data ? (
        <Bone width="100%" height={240} />
      ) : data.groups.length === 0 ? (
        <p className="quiet">{r.noWork}</p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={r.table}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{r.group[scope.by]}</th>
                {head('records', r.records)}
                {head('cost', r.costNow(fmt.currency))}
                {head(null, r.costBefore(fmt.currency))}
                {head(null, r.average(fmt.currency))}
                {head('labour', r.labour)}
                {head('downtime', r.downtime)}
              </tr>
            </thead>
            <tbody>
              {data.groups.map((g) => {
                const key = g.keys[0]?.value ?? ''
                const { cost, labourHours, downtimeHours } = g
                return (
                  <tr key={key}>
                    <td>
                      <GroupName group={g} scope={scope} params={params} />
                    </td>
                    <td className="num">{fmt.count(g.count)}</td>
                    <td className="num" title={cost.missing > 0 ? r.missing(cost.missing) : undefined}>
                      {fmt.rounded(cost.sum)}
                    </td>
                    <td className="num quiet">{fmt.rounded(data.before.get(key) ?? '0')}</td>
                    <td className="num">{cost.average === null ? '–' : fmt.rounded(cost.average)}</td>
                    <td className="num">{labourHours.count === 0 ? '–' : fmt.amount(labourHours.sum)}</td>
                    <td className="num">{downtimeHours.count === 0 ? '–' : fmt.amount(downtimeHours.sum)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
      {data?.hasMore && <p className="small">{r.firstOnly(fmt.count(mostGroups))}</p>}
    </section>
  )
}
