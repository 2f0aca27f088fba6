import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { plansQuery, type AssignmentPlan } from '../../features/assignments/plans'
import { useMayWrite } from '../../features/viewer/viewer'
import { usePlanTexts } from '../../i18n/assignment-plans'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { MoreRows } from './more-button'
import { usePlanText } from './plan-text'

const PlanLayer = lazy(() => import('./plan-dialogs'))

const first = 5

/** Opens the form that plans an assignment to a machine. */
export function PlanAhead({ machine }: { machine: string }) {
  const p = usePlanTexts()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="link end"
        onClick={() => {
          setIsOpen(true)
        }}
      >
        {p.plan}
      </button>
      {isOpen && (
        <Suspense>
          <PlanLayer
            machine={machine}
            plan={null}
            onClose={() => {
              setIsOpen(false)
            }}
          />
        </Suspense>
      )}
    </>
  )
}

/** The assignments to a machine that are planned ahead, soonest first; nothing when there are none. */
export function AssignmentPlans({ machine }: { machine: string }) {
  const p = usePlanTexts()
  const textOf = usePlanText()
  const mayWrite = useMayWrite()
  const { data, error, refetch } = useQuery(plansQuery(machine))
  const [all, setAll] = useState(false)
  // As it was when its button was pressed: one that is carried out meanwhile leaves the list, and the server says so.
  const [cancelled, setCancelled] = useState<AssignmentPlan | null>(null)
  const rows = data?.rows ?? []
  return (
    <>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} compact />}
      {rows.length > 0 && (
        <section className="plans" aria-label={p.title}>
          <h3>{p.title}</h3>
          <ul className="entries">
            {(all ? rows : rows.slice(0, first)).map((plan) => {
              const { name, period } = textOf(plan)
              return (
                <li key={plan.id}>
                  <span className="entry">
                    <span className="strong">{name}</span>
                    <span className="small period">{period}</span>
                    {plan.reason !== null && <span className="small period note">{plan.reason}</span>}
                  </span>
                  {mayWrite && (
                    <button
                      type="button"
                      className="btn bare square"
                      title={p.cancel}
                      aria-label={p.cancelNamed(`${name}, ${period}`)}
                      onClick={() => {
                        setCancelled(plan)
                      }}
                    >
                      <Icon name="close" />
                    </button>
                  )}
                </li>
              )
            })}
          </ul>
          {data && <MoreRows all={all} onAll={setAll} first={first} list={data} truncated={p.truncated} />}
        </section>
      )}
      {cancelled && (
        <Suspense>
          <PlanLayer
            machine={machine}
            plan={cancelled}
            onClose={() => {
              setCancelled(null)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
