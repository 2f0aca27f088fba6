import { Link } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { DueMark } from '../../features/equipment/due-mark'
import { Refusal } from '../../features/equipment/user-errors'
import { useRecordWork } from '../../features/maintenance/record-work-store'
import { useWorkStep, type Step } from '../../features/maintenance/use-work-mutations'
import { workText } from '../../features/maintenance/work-text'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { failureText } from '../../ui/failure'
import { say, sayFailed } from '../../ui/toasts'

/** The work that is planned on a machine, soonest first, with its next step. */
export function DueCard({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  const openRecord = useRecordWork((s) => s.open)
  const step = useWorkStep()
  const m = t.maintenance
  const take = (id: string, next: Step, done: string) => {
    step.mutate(
      { id, step: next, key: randomId() },
      {
        onSuccess: () => {
          say(done)
        },
        onError: (error) => {
          sayFailed(error instanceof Refusal ? error.message : failureText(t, error))
        },
      },
    )
  }
  const running = machine.records.nodes.filter((r) => r.status === 'IN_PROGRESS')
  return (
    <section className="card">
      <header>
        <h2>{m.nextDue}</h2>
        {mayWrite && (
          <span className="end">
            <button
              type="button"
              className="link"
              onClick={() => {
                openRecord(machine, true)
              }}
            >
              {m.plan}
            </button>
          </span>
        )}
      </header>
      <ul className="due">
        {running.map((r) => (
          <li key={r.id}>
            <div className="line">
              <Link to={{ search: `?record=${r.id}` }} preventScrollReset className="plain strong">
                {workText(t, r)}
              </Link>
              <span className="mark ink tone-maint">{m.status.IN_PROGRESS}</span>
            </div>
            <div className="line small">
              <span>
                {m.kind[r.kind]}, {fmt.day(r.maintenanceDate)}
              </span>
              {mayWrite && (
                <button
                  type="button"
                  className="link"
                  disabled={step.isPending}
                  onClick={() => {
                    take(r.id, 'complete', m.completed)
                  }}
                >
                  {m.complete}
                </button>
              )}
            </div>
          </li>
        ))}
        {machine.next.nodes.map((r) => (
          <li key={r.id}>
            <div className="line">
              <Link to={{ search: `?record=${r.id}` }} preventScrollReset className="plain strong">
                {workText(t, r)}
              </Link>
              <DueMark day={r.maintenanceDate} />
            </div>
            <div className="line small">
              <span>
                {m.kind[r.kind]}, {fmt.day(r.maintenanceDate)}
              </span>
              {mayWrite && (
                <button
                  type="button"
                  className="link"
                  disabled={step.isPending}
                  onClick={() => {
                    take(r.id, 'start', m.started)
                  }}
                >
                  {m.start}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {running.length === 0 && machine.next.nodes.length === 0 && <p className="quiet">{m.nothingDue}</p>}
    </section>
  )
}
