import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { AddMachine } from '../../features/equipment/add-machine'
import { countsQuery, totalOf } from '../../features/equipment/counts'
import { filterOf, isFiltered, noFilters } from '../../features/equipment/list-state'
import { PendingMachines } from '../../features/equipment/pending-machines'
import { useMayWrite } from '../../features/viewer/viewer'
import type { EquipmentOrder } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { phone, useMedia } from '../../lib/use-media'
import { Bone } from '../../ui/bone'
import { Download } from '../../ui/download'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { usePageTitle } from '../../ui/page-title'
import { BulkBar } from './bulk-bar'
import './equipment-list.css'
import { StatusChips, Tools } from './filters'
import { Grid } from './grid'
import { useListState } from './use-list-state'

function Loading() {
  return (
    <div className="grid-scroller" aria-hidden="true">
      {Array.from({ length: 12 }, (_, i) => (
        <div key={i} className="row loading">
          <Bone width={`${String(20 + ((i * 13) % 30))}%`} />
        </div>
      ))}
    </div>
  )
}

/** The machines of the fleet. */
export function Page() {
  const { t, fmt } = useI18n()
  const { state, list, change } = useListState()
  const mayWrite = useMayWrite()
  const onPhone = useMedia(phone)
  const [range, setRange] = useState({ from: 0, to: 0 })
  const { status, deleted } = state
  const counts = useQuery({ ...countsQuery(filterOf({ ...state, status: [] })), placeholderData: keepPreviousData })
  const all = useQuery(countsQuery(filterOf({ deleted })))
  const title = deleted ? t.equipment.deletedTitle : t.equipment.title
  usePageTitle(title)
  // The table is drawn again only when its list changes.
  const onOrder = useCallback(
    (order: EquipmentOrder) => {
      change({ order })
    },
    [change],
  )
  const onRange = useCallback((from: number, to: number) => {
    setRange((r) => (r.from === from && r.to === to ? r : { from, to }))
  }, [])

  const total = counts.data && totalOf(counts.data, status)
  const filtered = isFiltered(state)
  const clear = () => {
    change(noFilters)
  }
  const summary =
    total === undefined
      ? ''
      : filtered && all.data
        ? t.equipment.filtered(fmt.count(total), fmt.count(all.data.total))
        : t.equipment.found(total, fmt.count(total))
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        <span className="quiet" role="status">
          {summary}
        </span>
        <div className="acts">
          <Download name="equipment" variables={{ filter: filterOf(state), orderBy: state.order }} />
          {mayWrite && (
            <button
              type="button"
              className="btn"
              aria-label={deleted ? t.equipment.showFleet : t.equipment.showDeleted}
              onClick={() => {
                change({ deleted: !deleted })
              }}
            >
              <Icon name={deleted ? 'left' : 'bin'} />
              {!onPhone && (deleted ? t.equipment.showFleet : t.equipment.showDeleted)}
            </button>
          )}
          {mayWrite && !deleted && <AddMachine />}
        </div>
      </div>
      <StatusChips state={state} onChange={change} />
      <Tools state={state} onChange={change} />
      <PendingMachines />
      {counts.error && total === undefined ? (
        <div className="card">
          <Failure error={counts.error} onRetry={() => void counts.refetch()} />
        </div>
      ) : total === undefined ? (
        <Loading />
      ) : total === 0 ? (
        <div className="card blank" role="status">
          <h2>{t.equipment.emptyTitle}</h2>
          <p>{filtered ? t.equipment.emptyFiltered : deleted ? t.equipment.emptyDeleted : t.equipment.emptyNever}</p>
          {filtered && (
            <button type="button" className="btn" onClick={clear}>
              {t.equipment.clearFilters}
            </button>
          )}
        </div>
      ) : (
        <Grid key={JSON.stringify(list)} list={list} total={total} selectable={mayWrite && !deleted} onOrder={onOrder} onRange={onRange} />
      )}
      <div className="under">
        <span className="small">
          {total ? t.equipment.rows(fmt.count(range.from + 1), fmt.count(Math.min(range.to + 1, total)), fmt.count(total)) : ''}
        </span>
        {!deleted && <BulkBar />}
        <span className="small end">{t.equipment.orders[state.order]}</span>
      </div>
    </>
  )
}
