import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { HistoryList, historyLine, type Names } from '../../features/history/history-list'
import { WorkMark } from '../../features/maintenance/look'
import { recordQuery, type WorkRecord } from '../../features/maintenance/record'
import { workText } from '../../features/maintenance/work-text'
import { atLeast, useMayWrite, useViewer } from '../../features/viewer/viewer'
import { readFragment } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Dialog } from '../../ui/dialog'
import { Failure } from '../../ui/failure'
import { Icon, type IconName } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { CorrectForm } from './correct-form'
import { DeleteForm, MoveForm, ReopenForm, ReverseForm } from './record-forms'

type Mode = 'view' | 'correct' | 'reopen' | 'move' | 'reverse' | 'delete'

interface ViewProps {
  record: WorkRecord
  names: Names
  /** Shows another record of the machine. */
  onShow: (id: string) => void
}

function Facts({ record: r, onShow }: Omit<ViewProps, 'names'>) {
  const { t, fmt } = useI18n()
  const m = t.maintenance
  const money = (value: string | null) => (value === null ? null : fmt.money(value))
  const moment = (value: string | null) => (value === null ? null : fmt.dateTime(value))
  const other = (o: WorkRecord['reversalOf']) =>
    o && (
      <button
        type="button"
        className="link"
        onClick={() => {
          onShow(o.id)
        }}
      >
        {fmt.day(o.maintenanceDate)}, {workText(t, o)}
      </button>
    )
  const facts: [string, ReactNode][] = [
    [m.state, <WorkMark key="state" status={r.status} />],
    [m.kindLabel, r.sourceKind === null ? m.kind[r.kind] : `${m.kind[r.kind]} (${r.sourceKind})`],
    [m.day, fmt.day(r.maintenanceDate)],
    [t.mend.dueDate, r.dueDate === null || r.dueDate === r.maintenanceDate ? null : fmt.day(r.dueDate)],
    [t.mend.startedAt, moment(r.startedAt)],
    [t.mend.completedAt, moment(r.completedAt)],
    [m.performedBy, r.performedBy],
    [m.costLabel, money(r.cost)],
    [t.mend.labourCostLabel, money(r.labourCost)],
    [t.mend.partsCostLabel, money(r.partsCost)],
    [t.mend.labourHoursLabel, r.labourHours === null ? null : t.equipment.hours(fmt.decimal(r.labourHours))],
    [t.mend.downFrom, moment(r.downFrom)],
    [
      t.mend.downTo,
      r.downFrom === null
        ? null
        : r.downTo === null
          ? t.mend.downUntilNow
          : `${fmt.dateTime(r.downTo)}${r.downToExpected ? ` (${t.mend.expected})` : ''}`,
    ],
    [t.equipment.meterLabel, r.meterHours === null ? null : t.equipment.hours(fmt.decimal(r.meterHours))],
    [t.mend.reversalOf, other(r.reversalOf)],
    [t.mend.reversedBy, other(r.reversedBy)],
    [t.mend.recordedAt, fmt.dateTime(r.createdAt)],
  ]
  return (
    <dl className="facts record-facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** What a manager may do with the record as it is, without the correction, which has a button of its own. */
function stepsOf(r: WorkRecord): { mode: Mode; icon: IconName }[] {
  const ended = r.status === 'COMPLETED' || r.status === 'CANCELLED'
  const cost = Number(r.cost ?? 0)
  return [
    ...(ended ? [{ mode: 'reopen' as const, icon: 'undo' as const }] : []),
    ...(cost > 0 && r.status === 'COMPLETED' && !r.reversedBy ? [{ mode: 'reverse' as const, icon: 'sortDown' as const }] : []),
    { mode: 'move', icon: 'right' },
    { mode: 'delete', icon: 'bin' },
  ]
}

function View({ record, names, onShow }: ViewProps) {
  const { t } = useI18n()
  // One line stands in the title already.
  const hasMore = record.description !== null && record.description.trim() !== workText(t, record)
  const history = record.history && readFragment(historyLine, record.history.nodes)
  return (
    <>
      {hasMore && <p className="about">{record.description}</p>}
      <Facts record={record} onShow={onShow} />
      {history && (
        <section className="record-history">
          <h3>{t.equipment.history}</h3>
          <HistoryList entries={history} names={names} />
        </section>
      )}
    </>
  )
}

interface RecordDialogProps {
  id: string
  machine: EquipmentDetail
  names: Names
  onClose: () => void
  onShow: (id: string) => void
}

/** One record of work: what is known of it, its history, and what sets it right. */
export default function RecordDialog({ id, machine, names, onClose, onShow }: RecordDialogProps) {
  const { t } = useI18n()
  const navigate = useNavigate()
  const mayWrite = useMayWrite()
  const { role } = useViewer()
  const [mode, setMode] = useState<Mode>('view')
  const { data: record, error, refetch } = useQuery(recordQuery(id, atLeast(role, 'ANALYST')))
  if (!record || record.equipment?.id !== machine.id) {
    return (
      <Dialog title={t.mend.record} onClose={onClose}>
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} compact />
        ) : record === undefined ? (
          <Bone width="100%" height={240} />
        ) : (
          <p>{t.mend.gone}</p>
        )}
      </Dialog>
    )
  }
  const form = {
    record,
    onBack: () => {
      setMode('view')
    },
    onGone: onClose,
  }
  switch (mode) {
    case 'correct':
      return <CorrectForm {...form} machine={machine} />
    case 'reopen':
      return <ReopenForm {...form} />
    case 'reverse':
      return <ReverseForm {...form} />
    case 'delete':
      return <DeleteForm {...form} />
    case 'move':
      return <MoveForm {...form} onShow={(to) => void navigate(`/equipment/${to}?record=${id}`)} />
  }
  return (
    <Dialog title={workText(t, record)} onClose={onClose}>
      <View record={record} names={names} onShow={onShow} />
      {mayWrite && (
        <footer>
          <Menu
            title={t.common.more}
            label={t.common.more}
            className="btn square"
            button={<Icon name="dots" />}
            groups={[
              {
                key: 'steps',
                items: stepsOf(record).map(({ mode: to, icon }) => ({
                  key: to,
                  label: to === 'view' ? '' : t.mend[to],
                  icon: <Icon name={icon} />,
                  onSelect: () => {
                    setMode(to)
                  },
                })),
              },
            ]}
          />
          <button
            type="button"
            className="btn loud"
            onClick={() => {
              setMode('correct')
            }}
          >
            <Icon name="pencil" />
            {t.mend.correct}
          </button>
        </footer>
      )}
    </Dialog>
  )
}
