import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { MachineName } from '../../features/equipment/machine-name'
import { WorkMark } from '../../features/maintenance/look'
import { workText } from '../../features/maintenance/work-text'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Dialog } from '../../ui/dialog'
import { Failure } from '../../ui/failure'
import { figureText } from './figure-text'
import { Change } from './figure-tile'
import type { Figure, FigureName } from './kpi-query'
import { rowsQuery } from './rows-query'
import type { Scope } from './scope'

function Rows({ scope, name }: { scope: Scope; name: FigureName }) {
  const { t, fmt } = useI18n()
  const r = t.reliability
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(rowsQuery(scope, name))
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} compact />
  if (!data) return <Bone width="100%" height={160} />
  const rows = data.pages.flatMap((p) => p.nodes)
  const total = data.pages[0]?.totalCount ?? 0
  if (rows.length === 0) return <p className="quiet">{r.noRows}</p>
  return (
    <>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={r.rows}>
        <table className="table kpi-rows">
          <thead>
            <tr>
              <th scope="col">{t.maintenance.day}</th>
              <th scope="col">{t.equipment.machine}</th>
              <th scope="col">{t.maintenance.what}</th>
              <th scope="col">{t.maintenance.state}</th>
              <th scope="col" className="num">
                {t.maintenance.cost(fmt.currency)}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td className="nowrap quiet">{fmt.day(row.maintenanceDate)}</td>
                <td>{row.equipment ? <MachineName name={row.equipment.name} /> : t.overview.deletedMachine}</td>
                <td>
                  {row.equipment ? (
                    <Link to={`/equipment/${row.equipment.id}?record=${row.id}`} className="plain">
                      {workText(t, row)}
                    </Link>
                  ) : (
                    workText(t, row)
                  )}
                  <span className="small by">{t.maintenance.kind[row.kind]}</span>
                </td>
                <td>
                  <WorkMark status={row.status} />
                </td>
                <td className="num">{row.cost === null ? '–' : fmt.amount(row.cost)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasNextPage && (
        <button type="button" className="link" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {r.moreRows(fmt.count(total - rows.length))}
        </button>
      )}
    </>
  )
}

interface FigureDialogProps {
  name: FigureName
  figure: Figure
  scope: Scope
  onClose: () => void
}

/** What a figure is, what it is computed from, what was left out, and the records behind it. */
export default function FigureDialog({ name, figure, scope, onClose }: FigureDialogProps) {
  const i18n = useI18n()
  const { t, fmt } = i18n
  const r = t.reliability
  const byMeter = figure.coverage !== null
  return (
    <Dialog title={r.figures[name]} size="wide" onClose={onClose}>
      <div className="figure-head">
        <p className="figure-value">{figure.value === null ? '–' : figureText(i18n, figure.unit, figure.value)}</p>
        <Change name={name} figure={figure} />
        {figure.previous !== null && <span className="small">{r.before(figureText(i18n, figure.unit, figure.previous))}</span>}
      </div>
      {figure.nullReason && <p className="notice">{r.noValue(r.reasons[figure.nullReason])}</p>}
      <dl className="explained">
        <div>
          <dt>{r.definitionLabel}</dt>
          <dd>{r.definition(name, figure.definition)}</dd>
        </div>
        <div>
          <dt>{r.sampleLabel}</dt>
          <dd>{r.sample(figure.sampleSize, fmt.count(figure.sampleSize))}</dd>
        </div>
        <div>
          <dt>{r.excludedLabel}</dt>
          <dd>
            {figure.excluded.length === 0 ? (
              r.nothingExcluded
            ) : (
              <ul>
                {figure.excluded.map((e) => (
                  <li key={e.reason}>
                    {fmt.count(e.count)}: {r.reasons[e.reason]}
                  </li>
                ))}
              </ul>
            )}
          </dd>
        </div>
        {figure.coverage !== null && (
          <div>
            <dt>{r.coverageLabel}</dt>
            <dd>{fmt.percentOf(figure.coverage)}</dd>
          </div>
        )}
      </dl>
      <section className="figure-rows">
        <h3>{r.rows}</h3>
        {byMeter && <p className="small">{r.meterRows}</p>}
        <Rows scope={scope} name={name} />
      </section>
    </Dialog>
  )
}
