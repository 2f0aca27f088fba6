import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useSearchParams } from 'react-router'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { usePageTitle } from '../../ui/page-title'
import { Breakdown } from './breakdown'
import { Controls } from './controls'
import { FigureTile } from './figure-tile'
import { figureNames, figuresQuery, type FigureName, type Figures } from './kpi-query'
import './reliability.css'
import { readScope, windowBefore, writeScope } from './scope'

const FigureDialog = lazy(() => import('./figure-dialog'))

const groups = {
  failures: [
    'calendarAvailability',
    'inherentAvailability',
    'failures',
    'stoppingFailures',
    'meanUpTimeBetweenFailures',
    'meanOperatingTimeBetweenFailures',
  ],
  restoration: [
    'meanTimeToRestoration',
    'medianTimeToRestoration',
    'p90TimeToRestoration',
    'meanDownTime',
    'medianDownTime',
    'p90DownTime',
  ],
  cost: ['maintenanceCostPerHour', 'labourCostPerHour', 'partsCostPerHour', 'costToReplacementValue'],
  planning: ['plannedShare', 'backlog', 'overdue'],
} as const satisfies Record<string, readonly FigureName[]>
const groupNames = Object.keys(groups) as (keyof typeof groups)[]

/** The overdue work by its age. */
function Ages({ ages }: { ages: Figures['ages'] }) {
  const { t, fmt } = useI18n()
  const r = t.reliability
  return (
    <li className="figure ages">
      <h3>{r.agesLabel}</h3>
      <dl>
        {ages.map((a) => (
          <div key={a.fromDays}>
            <dt>{r.ages(a.fromDays, a.toDays)}</dt>
            <dd>{fmt.count(a.count)}</dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

/** Key figures of the company or of a category over a window, and where they come from. */
export function Page() {
  const { t, fmt } = useI18n()
  const r = t.reliability
  const [params, setParams] = useSearchParams()
  const scope = readScope(params, fmt.today())
  const open = figureNames.find((name) => name === params.get('figure'))
  const { data, error, refetch, dataUpdatedAt, isPlaceholderData } = useQuery({
    ...figuresQuery(scope),
    placeholderData: keepPreviousData,
  })
  usePageTitle(r.title)
  const change = (fields: Parameters<typeof writeScope>[1]) => {
    setParams((before) => writeScope(before, fields), { replace: true, preventScrollReset: true })
  }
  const show = (figure: FigureName | null) => {
    change({ figure })
  }
  const before = windowBefore(scope)
  const days = ({ from, to }: { from: string; to: string }) => [fmt.day(from), fmt.day(to)] as const
  const available = data?.figures.calendarAvailability.value ?? null
  return (
    <div className="reliability">
      <div className="page-head">
        <h1>{available === null ? r.availableUnknown : r.available(fmt.percentOf(available))}</h1>
        <div className="acts no-print">
          <button
            type="button"
            className="btn"
            onClick={() => {
              print()
            }}
          >
            {r.print}
          </button>
        </div>
      </div>
      <p className="quiet scope">
        {scope.category ?? r.allMachines}, {r.window(...days(scope))}, {r.comparedWith(...days(before))}
        {dataUpdatedAt > 0 && <span className="small"> · {t.common.asOf(fmt.clock(dataUpdatedAt))}</span>}
      </p>
      <Controls scope={scope} onChange={change} />
      {error && !data ? (
        <div className="card">
          <Failure error={error} onRetry={() => void refetch()} />
        </div>
      ) : (
        <div className="figure-groups" aria-busy={!data || isPlaceholderData}>
          {groupNames.map((group) => (
            <section key={group} className="card">
              <header>
                <h2>{r.groups[group]}</h2>
              </header>
              <ul className="figures">
                {groups[group].map((name) =>
                  data ? (
                    <FigureTile key={name} name={name} figure={data.figures[name]} onOpen={show} />
                  ) : (
                    <li key={name} className="figure">
                      <Bone width="60%" />
                      <Bone width="40%" height={28} />
                    </li>
                  ),
                )}
                {group === 'planning' && data && <Ages ages={data.ages} />}
              </ul>
            </section>
          ))}
        </div>
      )}
      <Breakdown scope={scope} params={params} onChange={change} />
      {open && data && (
        <Suspense>
          <FigureDialog
            name={open}
            figure={data.figures[open]}
            scope={scope}
            onClose={() => {
              show(null)
            }}
          />
        </Suspense>
      )}
    </div>
  )
}
