import type { EquipmentOrder } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import type { shownColumns } from './columns'
import { useSelection } from './selection'

interface HeadProps {
  shown: ReturnType<typeof shownColumns>
  order: EquipmentOrder
  selectable: boolean
  onOrder: (order: EquipmentOrder) => void
  onSelectLoaded: (on: boolean) => void
}

interface HeadCellProps {
  label: string
  orders: readonly [EquipmentOrder, EquipmentOrder] | null
  order: EquipmentOrder
  className: string
  onOrder: (order: EquipmentOrder) => void
}

/** A column's head; a button where the server orders by the column. */
function HeadCell({ label, orders, order, className, onOrder }: HeadCellProps) {
  const at = orders?.indexOf(order) ?? -1
  const ascending = order.endsWith('_ASC')
  const sort = at < 0 ? (orders ? 'none' : undefined) : ascending ? 'ascending' : 'descending'
  return (
    <div role="columnheader" className={className} aria-sort={sort}>
      {orders ? (
        <button
          type="button"
          className="sort"
          onClick={() => {
            onOrder(orders[at === 0 ? 1 : 0])
          }}
        >
          {label}
          {at >= 0 && <Icon name={ascending ? 'sortUp' : 'sortDown'} size={12} />}
        </button>
      ) : (
        label
      )}
    </div>
  )
}

/** The heads of the columns, which stay in sight. */
export function Head({ shown, order, selectable, onOrder, onSelectLoaded }: HeadProps) {
  const i18n = useI18n()
  const count = useSelection((s) => Object.keys(s.names).length)
  return (
    <div role="rowgroup" className="heads">
      <div role="row" aria-rowindex={1} className="row">
        <div role={selectable ? 'columnheader' : 'presentation'} className="select">
          {selectable && (
            <label className="hit">
              <input
                type="checkbox"
                className="check"
                aria-label={i18n.t.equipment.selectAll}
                checked={count > 0}
                ref={(box) => {
                  if (box) box.indeterminate = count > 0
                }}
                onChange={() => {
                  onSelectLoaded(count === 0)
                  if (count > 0) useSelection.getState().clear()
                }}
              />
            </label>
          )}
        </div>
        <HeadCell label={i18n.t.equipment.machine} orders={['NAME_ASC', 'NAME_DESC']} order={order} className="name" onOrder={onOrder} />
        {shown.map((c) => (
          <HeadCell key={c.key} label={c.label(i18n)} orders={c.orders} order={order} className={c.right ? 'num' : ''} onOrder={onOrder} />
        ))}
      </div>
    </div>
  )
}
