import { useState } from 'react'
import { Link } from 'react-router'
import type { DetailRecord, EquipmentDetail } from '../../features/equipment/detail'
import { WorkMark } from '../../features/maintenance/look'
import { workText } from '../../features/maintenance/work-text'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { DeletedRecords } from './deleted-records'
import { MoreButton } from './more-button'

const first = 8

/** Returns the hours of a downtime, so far when it is still open. */
export function downHours({ downFrom, downTo }: Pick<DetailRecord, 'downFrom' | 'downTo'>, now: number): number | null {
  if (!downFrom) return null
  return Math.max(0, ((downTo ? Date.parse(downTo) : now) - Date.parse(downFrom)) / 3_600_000)
}

/** The work on a machine, newest first. */
export function WorkCard({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const [all, setAll] = useState(false)
  const mayWrite = useMayWrite()
  const [showDeleted, setShowDeleted] = useState(false)
  const [now] = useState(Date.now)
  const m = t.maintenance
  const { nodes, totalCount } = machine.records
  // What is planned stands in its own card.
  const records = nodes.filter((r) => r.status !== 'PLANNED')
  const shown = all ? records : records.slice(0, first)
  return (
    <section className="card">
      <header>
        <h2>{m.title}</h2>
        <span className="quiet">{m.records(totalCount, fmt.count(totalCount))}</span>
        {records.length > first && (
          <span className="end">
            <MoreButton all={all} onAll={setAll} />
          </span>
        )}
      </header>
      {records.length === 0 ? (
        <p className="quiet">{m.none}</p>
      ) : (
        <table className="table records">
          <thead>
            <tr>
              <th scope="col">{m.day}</th>
              <th scope="col">{m.what}</th>
              <th scope="col" className="kind">
                {m.kindLabel}
              </th>
              <th scope="col">{m.state}</th>
              <th scope="col" className="num down">
                {m.downHours}
              </th>
              <th scope="col" className="num">
                {m.cost(fmt.currency)}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((r) => {
              const down = downHours(r, now)
              return (
                <tr key={r.id}>
                  <td className="nowrap quiet">{fmt.day(r.maintenanceDate)}</td>
                  <td className="text" title={r.description ?? undefined}>
                    <Link to={{ search: `?record=${r.id}` }} preventScrollReset className="plain">
                      {workText(t, r)}
                    </Link>
                    {r.reversalOf && <span className="small"> {t.mend.reversal}</span>}
                    {r.performedBy && <span className="small by">{r.performedBy}</span>}
                  </td>
                  <td className="quiet kind">{m.kind[r.kind]}</td>
                  <td className="state">
                    <WorkMark status={r.status} />
                  </td>
                  <td className="num down">{down === null ? '–' : fmt.count(down)}</td>
                  <td className="num cost">{r.cost === null ? '–' : fmt.amount(r.cost)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {all && totalCount > nodes.length && <p className="small">{t.equipment.truncated(fmt.count(nodes.length))}</p>}
      {mayWrite && (
        <div className="card-links">
          <button
            type="button"
            className="link"
            aria-expanded={showDeleted}
            onClick={() => {
              setShowDeleted(!showDeleted)
            }}
          >
            {showDeleted ? t.mend.hideDeleted : t.mend.showDeleted}
          </button>
        </div>
      )}
      {showDeleted && <DeletedRecords machine={machine.id} />}
    </section>
  )
}
