import type { EquipmentDetail } from '../../features/equipment/detail'
import { workText } from '../../features/maintenance/work-text'
import { useI18n } from '../../i18n/context'
import { downtimes, isPlanned, operatorSegments, type Span } from './timeline-data'

interface Entry {
  id: string
  at: string
  to: string | null
  lane: string
  text: string
}

/** The timeline as rows, newest first: for screen readers, and for exact times. */
export function TimelineTable({ machine, span }: { machine: EquipmentDetail; span: Span }) {
  const { t, fmt } = useI18n()
  const e = t.equipment
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
