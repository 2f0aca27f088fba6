import { memo, useEffect, useRef, type CSSProperties } from 'react'
import { Link } from 'react-router'
import type { RowComponentProps } from 'react-window'
import { DueMark } from '../../features/equipment/due-mark'
import { MachineName } from '../../features/equipment/machine-name'
import type { List } from '../../features/equipment/pages'
import type { EquipmentRow } from '../../features/equipment/row'
import { StatusMark } from '../../features/equipment/status-mark'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import type { ColumnKey } from './columns'
import { useRow, type Settled } from './row-data'
import { useSelection } from './selection'

export interface RowProps {
  list: List
  settled: Settled
  shown: readonly { key: ColumnKey; right: boolean }[]
  active: number
  cards: boolean
  selectable: boolean
  onIntent: (id: string | null) => void
  /** Called with the element of the active row, once it is there. */
  onCurrent: (row: HTMLElement) => void
}

const Unknown = () => {
  const { t } = useI18n()
  return (
    <>
      <span aria-hidden="true">–</span>
      <span className="sr">{t.common.none}</span>
    </>
  )
}

function Value({ row, column }: { row: EquipmentRow; column: ColumnKey }) {
  const { fmt } = useI18n()
  const last = row.latestMaintenance
  const next = row.nextMaintenance
  const reading = row.meterReadings.nodes[0]
  switch (column) {
    case 'category':
      return row.category
    case 'status':
      return <StatusMark status={row.status} />
    case 'site':
      return row.site?.name ?? <Unknown />
    case 'operator':
      return row.assignedOperator ? `${row.assignedOperator.firstName} ${row.assignedOperator.lastName}` : <Unknown />
    case 'last':
      return last ? fmt.day(last.maintenanceDate) : <Unknown />
    case 'next':
      return next ? <DueMark day={next.maintenanceDate} /> : <Unknown />
    case 'meter':
      return reading ? fmt.hours(reading.hours) : <Unknown />
    case 'cost':
      return row.cost === null ? <Unknown /> : fmt.rounded(row.cost)
    case 'updated':
      return fmt.day(fmt.dayOf(row.updatedAt))
  }
}

interface BodyProps extends Omit<RowProps, 'list' | 'settled' | 'active'> {
  index: number
  style: CSSProperties
  row: EquipmentRow
  current: boolean
}

function SelectBox({ row }: { row: EquipmentRow }) {
  const { t } = useI18n()
  const selected = useSelection((s) => row.id in s.names)
  const toggle = useSelection((s) => s.toggle)
  return (
    <label className="hit">
      <input
        type="checkbox"
        className="check"
        tabIndex={-1}
        checked={selected}
        aria-label={t.equipment.select(row.name)}
        onChange={() => {
          toggle(row.id, row.name)
        }}
      />
    </label>
  )
}

/** Tells the table when the active row is there. */
function useCurrent<E extends HTMLElement>(current: boolean, onCurrent: (row: HTMLElement) => void) {
  const element = useRef<E>(null)
  useEffect(() => {
    if (current && element.current) onCurrent(element.current)
  }, [current, onCurrent])
  return element
}

const TableRow = memo(function TableRow({ index, style, row, shown, current, selectable, onIntent, onCurrent }: BodyProps) {
  const element = useCurrent<HTMLDivElement>(current, onCurrent)
  const selected = useSelection((s) => row.id in s.names)
  const below = [row.serialNumber, shown.some(({ key }) => key === 'site') ? null : row.site?.name]
  return (
    <div
      ref={element}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      className="row"
      style={style}
      data-index={index}
      data-id={row.id}
      tabIndex={current ? 0 : -1}
      onPointerEnter={() => {
        onIntent(row.id)
      }}
      onPointerLeave={() => {
        onIntent(null)
      }}
      onFocus={() => {
        onIntent(row.id)
      }}
    >
      <div role={selectable ? 'gridcell' : 'presentation'} className="select">
        {selectable && <SelectBox row={row} />}
      </div>
      <div role="gridcell" className="name">
        <Link to={`/equipment/${row.id}`} tabIndex={-1} className="ellipsis strong">
          {row.name}
        </Link>
        <span className="small ellipsis">{below.filter((text) => text != null).join(' · ')}</span>
      </div>
      {shown.map(({ key, right }) => (
        <div key={key} role="gridcell" className={right ? 'num' : 'ellipsis'}>
          <Value row={row} column={key} />
        </div>
      ))}
    </div>
  )
})

const CardRow = memo(function CardRow({ index, style, row, current, onIntent, onCurrent }: BodyProps) {
  const element = useCurrent<HTMLAnchorElement>(current, onCurrent)
  const { fmt } = useI18n()
  const next = row.nextMaintenance
  const reading = row.meterReadings.nodes[0]
  const operator = row.assignedOperator
  const where = [row.site?.name ?? row.category, operator && `${operator.firstName} ${operator.lastName}`]
  return (
    <div role="row" aria-rowindex={index + 2} style={style} data-index={index} data-id={row.id} className="card-row">
      <div role="gridcell">
        <Link
          ref={element}
          to={`/equipment/${row.id}`}
          className="machine-card"
          tabIndex={current ? 0 : -1}
          onFocus={() => {
            onIntent(row.id)
          }}
        >
          <span className="ellipsis title">
            <MachineName name={row.name} />
          </span>
          <span className="line">
            <StatusMark status={row.status} />
            {next && <DueMark day={next.maintenanceDate} />}
          </span>
          <span className="line quiet">
            <span className="ellipsis">{where.filter((text) => text !== null).join(', ')}</span>
            {reading && <span>{fmt.hours(reading.hours)} h</span>}
          </span>
        </Link>
      </div>
    </div>
  )
})

/** A row of the list: a row of a table on a desk, a card on a phone, a grey place until it is loaded. */
export function Row({ index, style, list, settled, active, ...rest }: RowComponentProps<RowProps>) {
  const { row, failed } = useRow(list, index, settled)
  const current = index === active
  if (!row) {
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        aria-busy={!failed}
        style={style}
        className={rest.cards ? 'card-row' : 'row'}
        data-index={index}
      >
        <div role="gridcell" className={rest.cards ? 'machine-card' : 'wide'}>
          <Bone width={`${String(30 + ((index * 37) % 40))}%`} />
        </div>
      </div>
    )
  }
  const Body = rest.cards ? CardRow : TableRow
  return <Body index={index} style={style} row={row} current={current} {...rest} />
}
