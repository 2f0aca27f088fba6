import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link, useParams } from 'react-router'
import { plansQuery } from '../../features/assignments/plans'
import { detailQuery, type EquipmentDetail } from '../../features/equipment/detail'
import { splitName } from '../../features/equipment/machine-name'
import { StatusMark } from '../../features/equipment/status-mark'
import { atLeast, useMayWrite, useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { daysBetween } from '../../lib/days'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import '../../ui/detail.css'
import { usePageTitle } from '../../ui/page-title'
import { Actions } from './actions'
import { AssignmentsCard } from './assignments-card'
import { DueCard } from './due-card'
import { DeletedMachine } from './deleted-machine'
import { deletedMachineQuery } from './deleted-machine-query'
import './equipment-detail.css'
import { Facts } from './facts'
import { HistoryCard } from './history-card'
import { MeterCard } from './meter-card'
import { namesOf } from './names'
import { PapersCard } from './papers-card'
import { RecordHost } from './record-host'
import { ServicesCard } from './services-card'
import { Timeline } from './timeline'
import { WorkCard } from './work-card'

function Machine({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const { role } = useViewer()
  const mayWrite = useMayWrite()
  const { model, code } = splitName(machine.name)
  const downFrom = machine.records.nodes.find((r) => r.downFrom && !r.downTo)?.downFrom
  const since =
    machine.status === 'MAINTENANCE' && downFrom ? t.equipment.downSince(daysBetween(fmt.dayOf(downFrom), fmt.today())) : undefined
  const { data: plans } = useQuery(plansQuery(machine.id))
  const names = useMemo(() => namesOf(machine, plans?.rows ?? [], t, fmt), [machine, plans, t, fmt])
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
          <ServicesCard machine={machine} />
          <MeterCard machine={machine} />
          <PapersCard machine={machine.id} />
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

/** A machine that the fleet does not have: managers see a deleted one, and can restore it. */
function Gone({ id }: { id: string }) {
  const { t } = useI18n()
  const mayWrite = useMayWrite()
  const { data, error, isLoading, refetch } = useQuery({ ...deletedMachineQuery(id), enabled: mayWrite })
  if (isLoading) return <Loading />
  if (error) {
    return (
      <div className="card">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    )
  }
  if (data) return <DeletedMachine machine={data} />
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

/** One machine. */
export function Page() {
  const { id = '' } = useParams()
  const { data, error, refetch } = useQuery(detailQuery(id))
  if (data) return <Machine key={data.id} machine={data} />
  if (data === null) return <Gone id={id} />
  if (error) {
    return (
      <div className="card">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    )
  }
  return <Loading />
}
