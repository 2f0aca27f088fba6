import { useEffect } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { useRecordWork } from '../../features/maintenance/record-work-store'
import { useMayWrite } from '../../features/viewer/viewer'
import type { MaintenanceRecordFilter } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { addMonths } from '../../lib/days'
import { Download } from '../../ui/download'
import { Icon } from '../../ui/icon'
import { usePageTitle } from '../../ui/page-title'
import { Calendar } from './calendar'
import { PapersSection } from './papers-section'
import { Section } from './section'
import './work.css'

/** The open work of the fleet, as a list by urgency or as a calendar. */
export function Page() {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  const openRecord = useRecordWork((s) => s.open)
  const [params, setParams] = useSearchParams()
  const { hash } = useLocation()
  const month = params.get('month')
  const calendar = params.get('view') === 'calendar'
  const firstDay = month && /^\d{4}-\d\d$/.test(month) ? `${month}-01` : addMonths(fmt.today(), 0)
  const filter: MaintenanceRecordFilter = calendar
    ? { status: ['PLANNED', 'IN_PROGRESS', 'COMPLETED'], maintenanceDate: { gte: firstDay, lt: addMonths(firstDay, 1) } }
    : { status: ['PLANNED', 'IN_PROGRESS'] }
  const m = t.maintenance
  usePageTitle(m.title)
  useEffect(() => {
    if (hash) document.getElementById(hash.slice(1))?.scrollIntoView({ block: 'start' })
  }, [hash])
  const show = (view: 'list' | 'calendar') => {
    setParams(view === 'calendar' ? { view } : {}, { replace: true })
  }
  return (
    <>
      <div className="page-head">
        <h1>{m.title}</h1>
        <div className="segments" role="group" aria-label={m.title}>
          <button
            type="button"
            aria-pressed={!calendar}
            onClick={() => {
              show('list')
            }}
          >
            <Icon name="list" size={14} />
            {m.list}
          </button>
          <button
            type="button"
            aria-pressed={calendar}
            onClick={() => {
              show('calendar')
            }}
          >
            <Icon name="calendar" size={14} />
            {m.calendar}
          </button>
        </div>
        <div className="acts">
          <Download name="maintenanceRecords" variables={{ filter, orderBy: 'MAINTENANCE_DATE_ASC' }} />
          {mayWrite && (
            <button
              type="button"
              className="btn loud"
              onClick={() => {
                openRecord(null, true)
              }}
            >
              <Icon name="plus" />
              {m.plan}
            </button>
          )}
        </div>
      </div>
      {calendar ? (
        <Calendar
          month={firstDay}
          onMonth={(day) => {
            setParams({ view: 'calendar', month: day.slice(0, 7) }, { replace: true })
          }}
        />
      ) : (
        <div className="sections">
          <Section name="overdue" title={m.overdue} empty={m.emptyOverdue} />
          <Section name="progress" title={m.inProgress} empty={m.emptyProgress} />
          <Section name="week" title={m.dueThisWeek} empty={m.emptyWeek} />
          <PapersSection />
          <Section name="later" title={m.later} empty={m.emptyLater} />
        </div>
      )}
    </>
  )
}
