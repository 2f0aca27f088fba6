import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { statusLook } from '../../features/equipment/status-mark'
import { workText } from '../../features/maintenance/work-text'
import { atLeast, useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import type { Formats } from '../../i18n/formats'
import type { Messages } from '../../i18n/messages'
import { phone, useMedia } from '../../lib/use-media'
import { Shape } from '../../ui/shape'
import { statusPeriodsQuery, statusSegments, type StatusPeriod } from './status-periods'
import { allReadings, downtimes, marks, meterLine, monthTicks, operatorSegments, spanOf, type MeterLine } from './timeline-data'
import { TimelineTable } from './timeline-table'

/** From here on there is room for a figure to the left of a line, as a part of the width. */
const roomForLabel = 0.1

const percent = (share: number) => `${String(100 * share)}%`

function Meter({ meter }: { meter: MeterLine | null }) {
  const { t, fmt } = useI18n()
  if (!meter) return <span className="small none">{t.equipment.noMeter}</span>
  return (
    <>
      <svg viewBox="0 0 1000 100" preserveAspectRatio="none" width="100%" height="100%">
        {meter.lines.map((line, i) => (
          <polyline key={i} points={line.map((p) => `${String(1000 * p.x)},${String(96 - 92 * p.y)}`).join(' ')} />
        ))}
      </svg>
      <span
        className="end-value first"
        style={
          meter.first.x > roomForLabel
            ? { right: `calc(${percent(1 - meter.first.x)} + 6px)`, bottom: `calc(${percent(meter.first.y)} - 4px)` }
            : { left: percent(meter.first.x), bottom: `calc(${percent(meter.first.y)} + 8px)` }
        }
      >
        {fmt.hours(meter.first.hours)}
      </span>
      <span className="end-value last" style={{ right: percent(1 - meter.last.x), bottom: `calc(${percent(meter.last.y)} + 4px)` }}>
        {fmt.hours(meter.last.hours)}
      </span>
    </>
  )
}

/** Returns when a period was, in words. */
function periodText(t: Messages, fmt: Formats, { since, until }: Pick<StatusPeriod, 'since' | 'until'>): string {
  const day = (at: string) => fmt.day(fmt.dayOf(at))
  if (since === null) return until === null ? t.equipment.always : t.equipment.untilDay(day(until))
  return until === null ? t.equipment.sinceDay(day(since)) : t.equipment.until(day(since), day(until))
}

/** Status, downtime, work, meter and operators of a machine on one axis, so that one can be read against the other. */
export function Timeline({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const short = useMedia(phone)
  const [asTable, setAsTable] = useState(false)
  const [opened] = useState(Date.now)
  const { role } = useViewer()
  const { data: periods = [] } = useQuery({ ...statusPeriodsQuery(machine.id), enabled: atLeast(role, 'ANALYST') })
  // A status that began while the page is open is later than its opening.
  const now = Math.max(opened, ...periods.map((p) => (p.since === null ? 0 : Date.parse(p.since))))
  const months = short ? 3 : 12
  const today = fmt.today()
  const span = spanOf(today, months, now)
  const bars = downtimes(machine.records.nodes, span)
  const open = machine.records.nodes.find((r) => r.downFrom && !r.downTo)
  const unplanned = bars.filter((b) => !b.planned).length
  const since = open?.downFrom ? fmt.day(fmt.dayOf(open.downFrom)) : null
  const e = t.equipment
  const meter = meterLine(allReadings(machine), span)
  const operators = operatorSegments(machine.assignments.nodes, span, e.noOperator)
  const statuses = statusSegments(periods, span)
  const ticks = monthTicks(today, months, span)
  return (
    <section className="card timeline-card">
      <header>
        <h2>{short ? e.timelineFoundShort(unplanned, since) : e.timelineFound(unplanned, since)}</h2>
        <span className="end">
          <button
            type="button"
            className="link"
            aria-pressed={asTable}
            onClick={() => {
              setAsTable(!asTable)
            }}
          >
            {asTable ? t.common.chart : t.common.table}
          </button>
        </span>
      </header>
      {asTable ? (
        <TimelineTable machine={machine} span={span} periods={periods} />
      ) : (
        <div className="timeline" aria-hidden="true">
          <div className="rules">
            {ticks.slice(1).map((tick) => (
              <i key={tick.day} style={{ left: percent(tick.left) }} />
            ))}
            <i className="now" />
          </div>
          {statuses.length > 0 && (
            <div className="lane">
              <span>{e.lanes.status}</span>
              <div className="band">
                {statuses.map(({ key, left, width, period: p }) => (
                  <span
                    key={key}
                    className={`segment status ${statusLook[p.status].tone} ${p.until === null ? 'open' : ''}`}
                    style={{ left: percent(left), width: percent(width) }}
                    title={`${t.equipment.status[p.status]}, ${periodText(t, fmt, p)}`}
                  >
                    {t.equipment.status[p.status]}
                  </span>
                ))}
              </div>
            </div>
          )}
          <div className="lane">
            <span>{e.lanes.down}</span>
            <div className="band">
              {bars.map((b) => (
                <i
                  key={b.id}
                  className={`down ${b.planned ? 'planned' : 'unplanned'} ${b.open ? 'open' : ''}`}
                  style={{ left: percent(b.left), width: percent(b.width) }}
                  title={`${t.maintenance.kind[b.record.kind]}: ${workText(t, b.record)}`}
                />
              ))}
            </div>
          </div>
          <div className="lane">
            <span>{e.lanes.work}</span>
            <div className="band">
              {marks(machine.records.nodes, span).map((m) => (
                <span
                  key={m.id}
                  className={`work ${m.record.status === 'IN_PROGRESS' ? 'tone-maint' : ''}`}
                  style={{ left: percent(m.left) }}
                  title={`${fmt.day(m.record.maintenanceDate)}: ${workText(t, m.record)}`}
                >
                  <Shape name={m.record.status === 'IN_PROGRESS' ? 'diamond' : 'tick'} />
                </span>
              ))}
            </div>
          </div>
          <div className="lane">
            <span>{e.lanes.meter}</span>
            <div className="band tall">
              <Meter meter={meter} />
            </div>
          </div>
          <div className="lane">
            <span>{e.lanes.operator}</span>
            <div className="band">
              {operators.length === 0 && <span className="small none">{e.noOperator}</span>}
              {operators.map((s) => (
                <span
                  key={s.id}
                  className={`segment ${s.open ? 'open' : ''}`}
                  style={{ left: percent(s.left), width: percent(s.width) }}
                  title={`${s.label}, ${s.to ? e.until(fmt.day(fmt.dayOf(s.from)), fmt.day(fmt.dayOf(s.to))) : e.sinceDay(fmt.day(fmt.dayOf(s.from)))}`}
                >
                  {s.label}
                </span>
              ))}
            </div>
          </div>
          <div className="lane axis">
            <span />
            <div className="band">
              {ticks.map((tick, i) => (
                <span key={tick.day} style={{ left: percent(tick.left) }}>
                  {fmt.month(tick.day)}
                  {(i === 0 || tick.day.slice(5, 7) === '01') && ` ’${tick.day.slice(2, 4)}`}
                </span>
              ))}
            </div>
          </div>
          <ul className="keys">
            <li>
              <i className="down unplanned" /> {e.legend.unplanned}
            </li>
            <li>
              <i className="down planned" /> {e.legend.planned}
            </li>
            <li>
              <Shape name="tick" /> {e.legend.done}
            </li>
            <li className="tone-maint">
              <span className="mark tone-maint">
                <Shape name="diamond" />
              </span>
              {e.legend.progress}
            </li>
            <li>
              <i className="now" /> {e.legend.today}
            </li>
          </ul>
        </div>
      )}
    </section>
  )
}
