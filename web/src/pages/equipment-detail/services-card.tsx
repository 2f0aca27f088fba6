import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { saidOutcome } from '../../features/mend/use-mend-form'
import { ServiceMark } from '../../features/services/service-mark'
import { dueText, forecastText, intervalText, targetText } from '../../features/services/service-text'
import { servicesQuery, type Schedule, type Service } from '../../features/services/services'
import { useChangeSchedule } from '../../features/services/use-change-schedule'
import { atLeast, useMayWrite, useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Menu, type MenuItem } from '../../ui/menu'
import { Shape } from '../../ui/shape'
import { MoreRows } from './more-button'
import type { ScheduleStep } from './schedule-dialogs'

const ScheduleLayer = lazy(() => import('./schedule-dialogs'))

const first = 5

/** When a service comes, is due and is expected, and whether it is planned already. */
function ServiceLines({ service, schedule }: { service: Service; schedule: Schedule }) {
  const i18n = useI18n()
  const { t, fmt } = i18n
  const s = t.services
  const forecast = forecastText(i18n, service.forecast)
  const what = [t.maintenance.kind[schedule.kind], intervalText(i18n, schedule), targetText(i18n, schedule)]
  return (
    <>
      <div className="strong">{schedule.title}</div>
      <div className="small">{what.filter((part) => part !== null).join(', ')}</div>
      <ServiceMark status={service.status ?? null} />
      <div>
        {dueText(i18n, service)}
        {service.dueHours !== null && service.hours !== null && <span className="quiet"> ({s.meter(fmt.decimal(service.hours))})</span>}
      </div>
      {forecast !== null && <div className="quiet">{forecast}</div>}
      {service.record ? (
        <Link to={{ search: `?record=${service.record.id}` }} preventScrollReset className="link">
          {s.isPlanned}
        </Link>
      ) : (
        <div className="small">{s.notPlanned}</div>
      )}
    </>
  )
}

/** The services that are to be done on a machine by schedules, in the order of the days on which they are expected. */
export function ServicesCard({ machine }: { machine: EquipmentDetail }) {
  const { t } = useI18n()
  const mayWrite = useMayWrite()
  const mayRead = atLeast(useViewer().role, 'ANALYST')
  const { data, error, refetch } = useQuery(servicesQuery(machine.id))
  const change = useChangeSchedule()
  const [all, setAll] = useState(false)
  const [layer, setLayer] = useState<{ how: ScheduleStep; schedule: Schedule | null } | null>(null)
  const s = t.services
  const retired = machine.status === 'RETIRED'
  const rows = data?.rows ?? []
  // As the server has it now: what was refused because another user changed it is sent again with the new version.
  const chosen = rows.find((r) => r.serviceSchedule?.id === layer?.schedule?.id)?.serviceSchedule ?? layer?.schedule ?? null
  const opens = (how: ScheduleStep, schedule: Schedule | null) => () => {
    setLayer({ how, schedule })
  }
  const step = ({ id, version }: Schedule, how: 'pause' | 'resume', done: string) => {
    change.mutate({ how, input: { serviceScheduleId: id, expectedVersion: version }, key: randomId() }, saidOutcome(t, done))
  }
  const itemsOf = (schedule: Schedule): MenuItem[] => {
    const history = { key: 'history', label: t.equipment.history, icon: <Icon name="list" />, onSelect: opens('history', schedule) }
    if (!mayWrite) return [history]
    const pause = () => {
      step(schedule, 'pause', s.pausedNow)
    }
    const resume = () => {
      step(schedule, 'resume', s.resumedNow)
    }
    return [
      { key: 'edit', label: t.common.edit, icon: <Icon name="pencil" />, onSelect: opens('edit', schedule) },
      schedule.pausedAt === null
        ? { key: 'pause', label: s.pause, icon: <Shape name="bar" />, onSelect: pause }
        : { key: 'resume', label: s.resume, icon: <Icon name="right" />, onSelect: resume },
      history,
      { key: 'delete', label: s.delete, icon: <Icon name="bin" />, onSelect: opens('delete', schedule) },
    ]
  }
  return (
    <section className="card">
      <header>
        <h2>{s.title}</h2>
        {mayWrite && !retired && (
          <span className="end">
            <button type="button" className="link" aria-label={s.addTitle} onClick={opens('add', null)}>
              {s.add}
            </button>
          </span>
        )}
      </header>
      {data ? (
        rows.length === 0 && <p className="quiet">{retired ? s.retired : s.none}</p>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={96} />
      )}
      <ul className="entries">
        {(all ? rows : rows.slice(0, first)).map((service) => {
          const schedule = service.serviceSchedule
          if (!schedule) return null
          return (
            <li key={schedule.id}>
              <div className="entry">
                <ServiceLines service={service} schedule={schedule} />
              </div>
              {mayRead && (
                <Menu
                  title={t.mend.actionsFor(schedule.title)}
                  label={t.mend.actionsFor(schedule.title)}
                  className="btn bare square"
                  button={<Icon name="dots" />}
                  groups={[{ key: 'schedule', items: itemsOf(schedule) }]}
                />
              )}
            </li>
          )
        })}
      </ul>
      {data && <MoreRows all={all} onAll={setAll} first={first} list={data} truncated={s.truncated} />}
      {layer && (
        <Suspense>
          <ScheduleLayer
            how={layer.how}
            machine={machine}
            schedule={chosen}
            onClose={() => {
              setLayer(null)
            }}
          />
        </Suspense>
      )}
    </section>
  )
}
