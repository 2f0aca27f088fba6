import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { splitName } from '../../features/equipment/machine-name'
import { workLook } from '../../features/maintenance/look'
import { workText } from '../../features/maintenance/work-text'
import { useI18n } from '../../i18n/context'
import { addMonths } from '../../lib/days'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Shape } from '../../ui/shape'
import { weeksOf } from './calendar-data'
import { calendarQuery, type WorkRow } from './work-queries'

const shownPerDay = 3

function Entry({ row, today }: { row: WorkRow; today: string }) {
  const { t } = useI18n()
  const overdue = row.status === 'PLANNED' && row.maintenanceDate < today
  const { tone, shape } = overdue ? { tone: 'tone-crit', shape: 'triangle' as const } : workLook[row.status]
  const name = row.equipment ? splitName(row.equipment.name) : null
  return (
    <li>
      <Link
        to={row.equipment ? `/equipment/${row.equipment.id}` : '/equipment'}
        className={`mark ${tone}`}
        title={`${row.equipment?.name ?? ''}: ${workText(t, row)}, ${t.maintenance.status[row.status]}`}
      >
        <Shape name={shape} size={10} />
        <span className="ellipsis">{name ? (name.code ?? name.model) : t.overview.deletedMachine}</span>
        <span className="sr">
          {workText(t, row)}, {t.maintenance.status[row.status]}
        </span>
      </Link>
    </li>
  )
}

interface CalendarProps {
  month: string
  onMonth: (month: string) => void
}

/** The work of a month by day. */
export function Calendar({ month, onMonth }: CalendarProps) {
  const { t, fmt } = useI18n()
  const weeks = weeksOf(month)
  const today = fmt.today()
  const query = useQuery({ ...calendarQuery(weeks[0]?.[0] ?? month, weeks.at(-1)?.at(-1) ?? month), placeholderData: keepPreviousData })
  const rows = query.data?.rows ?? []
  const m = t.maintenance
  const go = (n: number) => () => {
    onMonth(addMonths(month, n))
  }
  return (
    <section className="card calendar-card" aria-label={m.calendar}>
      <header>
        <h2 className="month-name">{fmt.monthYear(month)}</h2>
        <span className="end">
          <button type="button" className="btn bare square" aria-label={m.previousMonth} onClick={go(-1)}>
            <Icon name="left" />
          </button>
          <button
            type="button"
            className="btn bare"
            onClick={() => {
              onMonth(addMonths(today, 0))
            }}
          >
            {m.today}
          </button>
          <button type="button" className="btn bare square" aria-label={m.nextMonth} onClick={go(1)}>
            <Icon name="right" />
          </button>
        </span>
      </header>
      {query.error && !query.data ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} compact />
      ) : (
        <table className="calendar" aria-busy={query.isFetching}>
          <thead>
            <tr>
              {weeks[0]?.map((day) => (
                <th key={day} scope="col">
                  {fmt.weekday(day)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week[0]}>
                {week.map((day) => {
                  const list = rows.filter((r) => r.maintenanceDate === day)
                  const outside = day.slice(0, 7) !== month.slice(0, 7)
                  return (
                    <td key={day} className={`${outside ? 'outside' : ''} ${day === today ? 'today' : ''} ${list.length ? '' : 'free'}`}>
                      <time dateTime={day} aria-label={fmt.fullDay(day)} aria-current={day === today ? 'date' : undefined}>
                        {Number(day.slice(8))}
                      </time>
                      <ul>
                        {list.slice(0, shownPerDay).map((row) => (
                          <Entry key={row.id} row={row} today={today} />
                        ))}
                      </ul>
                      {list.length > shownPerDay && <span className="small">{m.moreRows(fmt.count(list.length - shownPerDay))}</span>}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {query.data && query.data.total > rows.length && <p className="small">{t.equipment.truncated(fmt.count(rows.length))}</p>}
    </section>
  )
}
