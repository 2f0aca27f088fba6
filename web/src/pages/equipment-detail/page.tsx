import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link, useParams } from 'react-router'
import { detailQuery, type EquipmentDetail } from '../../features/equipment/detail'
import { splitName } from '../../features/equipment/machine-name'
import { StatusMark } from '../../features/equipment/status-mark'
import { atLeast, useMayWrite, useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { daysBetween } from '../../lib/days'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { usePageTitle } from '../../ui/page-title'
import { Actions } from './actions'
import { AssignmentsCard } from './assignments-card'
import { DueCard } from './due-card'
import './equipment-detail.css'
import { HistoryCard } from './history-card'
import { MeterCard } from './meter-card'
import { namesOf } from './names'
import { RecordHost } from './record-host'
import { Timeline } from './timeline'
import { WorkCard } from './work-card'

function Facts({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const { serialNumber, assignedOperator, user, cost, createdAt, inServiceOn, retiredOn, replacementValue } = machine
  const { scheduledHoursPerWeek } = machine
  const make = [machine.manufacturer, machine.model, machine.year].filter((part) => part !== null).join(' ')
  const reading = machine.meterReadings.nodes[0]
  const e = t.equipment
  const facts: [string, React.ReactNode][] = [
    [e.make, make || '–'],
    [e.serial, serialNumber ?? '–'],
    [e.operator, assignedOperator ? `${assignedOperator.firstName} ${assignedOperator.lastName}` : '–'],
    [e.responsible, user?.name ?? '–'],
    [
      e.meterLabel,
      reading ? (
        <>
          {e.hours(fmt.hours(reading.hours))} <span className="quiet">({fmt.day(fmt.dayOf(reading.readAt))})</span>
        </>
      ) : (
        '–'
      ),
    ],
    [e.costLabel, cost === null ? '–' : fmt.moneyRounded(cost)],
    [e.replacementValueLabel, replacementValue === null ? '–' : fmt.moneyRounded(replacementValue)],
    [e.inServiceOn, inServiceOn === null ? '–' : fmt.day(inServiceOn)],
    ...(scheduledHoursPerWeek === null
      ? []
      : [[e.scheduledLabel, e.hoursAWeek(fmt.decimal(scheduledHoursPerWeek))] as [string, React.ReactNode]]),
    ...(retiredOn === null ? [] : [[e.retiredOn, fmt.day(retiredOn)] as [string, React.ReactNode]]),
    [e.added, fmt.day(fmt.dayOf(createdAt))],
  ]
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Machine({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const { role } = useViewer()
  const mayWrite = useMayWrite()
  const { model, code } = splitName(machine.name)
  const downFrom = machine.records.nodes.find((r) => r.downFrom && !r.downTo)?.downFrom
  const since =
    machine.status === 'MAINTENANCE' && downFrom ? t.equipment.downSince(daysBetween(fmt.dayOf(downFrom), fmt.today())) : undefined
  const names = useMemo(() => namesOf(machine, t, fmt), [machine, t, fmt])
  usePageTitle(machine.name)
  return (
    <article className="machine">
      <nav className="small crumbs" aria-label={t.common.back}>
        <Link to="/equipment" className="plain">
          {t.equipment.title}
        </Link>
        <span aria-hidden="true"> / </span>
        <Link to={`/equipment?category=${encodeURIComponent(machine.category)}`} className="plain">
          {machine.category}
        </Link>
      </nav>
      <div className="page-head">
        <h1>
          {model}
          {code && <span className="code"> {code}</span>}
        </h1>
        <StatusMark status={machine.status} pill after={since} />
        {mayWrite && <Actions machine={machine} />}
      </div>
      <Facts machine={machine} />
      {machine.description && <p className="about">{machine.description}</p>}
      <div className="columns">
        <div className="stack">
          <Timeline machine={machine} />
          <WorkCard machine={machine} />
        </div>
        <div className="stack">
          <DueCard machine={machine} />
          <MeterCard machine={machine} />
          <AssignmentsCard machine={machine} />
          {atLeast(role, 'ANALYST') && <HistoryCard id={machine.id} names={names} />}
        </div>
      </div>
      <RecordHost machine={machine} names={names} />
    </article>
  )
}

function Loading() {
  return (
    <div aria-busy="true">
      <Bone width={180} />
      <div className="page-head loading-head">
        <Bone width={360} height={28} />
      </div>
      <div className="columns">
        <div className="card">
          <Bone width="100%" height={320} />
        </div>
        <div className="card">
          <Bone width="100%" height={200} />
        </div>
      </div>
    </div>
  )
}

/** One machine. */
export function Page() {
  const { t } = useI18n()
  const { id = '' } = useParams()
  const { data, error, refetch } = useQuery(detailQuery(id))
  if (data) return <Machine key={data.id} machine={data} />
  if (data === null) {
    return (
      <div className="blank">
        <h1>{t.common.notFoundTitle}</h1>
        <p>{t.equipment.notFound}</p>
        <Link to="/equipment" className="btn loud">
          {t.equipment.toList}
        </Link>
      </div>
    )
  }
  if (error) {
    return (
      <div className="card">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    )
  }
  return <Loading />
}
