import type { EquipmentDetail } from '../../features/equipment/detail'
import { workText } from '../../features/maintenance/work-text'
import { useI18n } from '../../i18n/context'
import type { StatusPeriod } from './status-periods'
import { downtimes, isPlanned, operatorSegments, type Span } from './timeline-data'

interface Entry {
  id: string
  at: string
  to: string | null
  lane: string
  text: string
}

/** The timeline as rows, newest first: for screen readers, and for exact times. */
export function TimelineTable({ machine, span, periods }: { machine: EquipmentDetail; span: Span; periods: readonly StatusPeriod[] }) {
  const { t, fmt } = useI18n()
  const e = t.equipment
  const statusText = (p: StatusPeriod) => (p.user ? `${e.status[p.status]} (${p.user.name})` : e.status[p.status])
  const entries: Entry[] = [
    ...downtimes(machine.records.nodes, span).map(({ record: r }) => ({
      id: `down-${r.id}`,
      at: r.downFrom ?? r.maintenanceDate,
      to: r.downTo,
      lane: `${e.lanes.down}, ${isPlanned(r) ? e.legend.planned.toLocaleLowerCase() : e.legend.unplanned.toLocaleLowerCase()}`,
      text: workText(t, r),
    })),
    ...machine.meterReadings.nodes
      .filter((r) => Date.parse(r.readAt) >= span.from)
      .map((r) => ({ id: r.id, at: r.readAt, to: r.readAt, lane: e.meterLabel, text: e.hours(fmt.hours(r.hours)) })),
    ...operatorSegments(machine.assignments.nodes, span, e.noOperator).map((s) => ({
      id: s.id,
      at: s.from,
      to: s.to,
      lane: e.operator,
      text: s.label,
    })),
    ...periods.flatMap((p) =>
      p.since === null || (p.until !== null && Date.parse(p.until) < span.from)
        ? []
        : [{ id: `status-${p.since}`, at: p.since, to: p.until, lane: e.lanes.status, text: statusText(p) }],
    ),
  ].sort((a, b) => b.at.localeCompare(a.at))
  return (
    <div className="scroll-x tall-table" tabIndex={0} role="region" aria-label={e.timeline}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{e.from}</th>
            <th scope="col">{e.to}</th>
            <th scope="col">{e.timeline}</th>
            <th scope="col">{e.what}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td className="nowrap">{fmt.dateTime(entry.at)}</td>
              <td className="nowrap">{entry.to === null ? '–' : entry.to === entry.at ? '' : fmt.dateTime(entry.to)}</td>
              <td className="nowrap">{entry.lane}</td>
              <td>{entry.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
