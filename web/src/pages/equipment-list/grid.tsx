import { useQueryClient } from '@tanstack/react-query'
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { useNavigate } from 'react-router'
import { List, useListRef } from 'react-window'
import { detailQuery } from '../../features/equipment/detail'
import { pagesKey, type List as MachineList } from '../../features/equipment/pages'
import type { EquipmentRow } from '../../features/equipment/row'
import type { EquipmentOrder } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { phone, useMedia } from '../../lib/use-media'
import { shownColumns, tracksOf, useColumnChoice } from './columns'
import { Head } from './head'
import { Row, type RowProps } from './row'
import type { Settled } from './row-data'
import { useSelection } from './selection'
import { usePlace } from './use-place'

const rowHeight = 48
const cardHeight = 112
const settleMs = 80
const intentMs = 100

interface GridProps {
  list: MachineList
  total: number
  selectable: boolean
  onOrder: (order: EquipmentOrder) => void
  onRange: (from: number, to: number) => void
}

/** Loads a machine when the pointer or the focus rests on it. */
function useIntent(): (id: string | null) => void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  return useCallback(
    (id) => {
      clearTimeout(timer.current)
      if (id === null) return
      timer.current = setTimeout(() => {
        client.query(detailQuery(id)).catch(() => undefined) // the page itself says what failed
        void import('../equipment-detail/page')
      }, intentMs)
    },
    [client],
  )
}

/** The windowed table of machines: rows outside of the window are not in the document. */
export const Grid = memo(function Grid({ list, total, selectable, onOrder, onRange }: GridProps) {
  const { t } = useI18n()
  const navigate = useNavigate()
  const client = useQueryClient()
  const cards = useMedia(phone)
  const chosen = useColumnChoice((s) => s.chosen)
  const shown = useMemo(() => shownColumns(chosen), [chosen])
  const { template, minWidth } = tracksOf(shown)
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const listRef = useListRef(null)
  const [active, setActive] = useState(0)
  const [settled, setSettled] = useState<Settled>({ from: 0, to: 30 })
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined)
  const wantsFocus = useRef(false)
  const onIntent = useIntent()
  usePlace(cards ? null : scroller, total > 0)

  useEffect(
    () => () => {
      clearTimeout(settle.current)
    },
    [],
  )

  // The focus follows the active row, also when it was outside of the window or not
  // loaded yet. It is not taken from what the user has gone to meanwhile.
  const onCurrent = useCallback(
    (row: HTMLElement) => {
      const { activeElement } = document
      if (wantsFocus.current && (activeElement === document.body || scroller?.contains(activeElement))) row.focus({ preventScroll: true })
    },
    [scroller],
  )

  const move = (to: number) => {
    const index = Math.max(0, Math.min(total - 1, to))
    wantsFocus.current = true
    setActive(index)
    listRef.current?.scrollToRow({ index, align: 'auto', behavior: 'instant' })
    // Until the row is there the table has the focus, so that no key is lost.
    if (!scroller?.querySelector(`[data-index="${String(index)}"][data-id]`)) scroller?.focus({ preventScroll: true })
  }
  const handleKeys = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target instanceof HTMLElement && event.target.closest('[role="columnheader"]')) return
    const visible = scroller ? Math.max(1, Math.floor(scroller.clientHeight / (cards ? cardHeight : rowHeight)) - 2) : 10
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + visible,
      PageUp: active - visible,
      Home: 0,
      End: total - 1,
    }
    const to = steps[event.key]
    if (to !== undefined) {
      event.preventDefault()
      move(to)
      return
    }
    const row = scroller?.querySelector<HTMLElement>(`[data-index="${String(active)}"]`)
    const id = row?.dataset['id']
    if (!id) return
    if (event.key === 'Enter') void navigate(`/equipment/${id}`)
    else if (event.key === ' ' && selectable && !cards) {
      event.preventDefault()
      row.querySelector<HTMLInputElement>('.check')?.click()
    }
  }
  const handleClick = (event: MouseEvent<HTMLDivElement>) => {
    if (!(event.target instanceof Element) || event.target.closest('a, button, label, input')) return
    const row = event.target.closest<HTMLElement>('.row')
    if (!row?.dataset['id'] || getSelection()?.toString()) return
    setActive(Number(row.dataset['index']))
    void navigate(`/equipment/${row.dataset['id']}`)
  }
  const loaded = (): EquipmentRow[] =>
    client.getQueriesData<readonly EquipmentRow[]>({ queryKey: [...pagesKey, list] }).flatMap(([, rows]) => rows ?? [])
  const rowProps: RowProps = { list, settled, shown, active, cards, selectable, onIntent, onCurrent }
  return (
    <div
      ref={setScroller}
      className={cards ? 'cards' : 'grid-scroller'}
      onKeyDown={handleKeys}
      onClick={handleClick}
      onFocus={(event) => {
        const row = event.target.closest<HTMLElement>('[data-index]')
        if (row) setActive(Number(row.dataset['index']))
      }}
      onPointerDown={() => {
        wantsFocus.current = false
      }}
      tabIndex={-1}
    >
      <div
        role="grid"
        aria-label={t.equipment.list}
        aria-rowcount={total + 1}
        aria-colcount={shown.length + 2}
        aria-multiselectable={selectable}
        className="machine-grid"
        style={cards ? undefined : ({ '--tracks': template, minWidth } as React.CSSProperties)}
      >
        {!cards && (
          <Head
            shown={shown}
            order={list.order}
            selectable={selectable}
            onOrder={onOrder}
            onSelectLoaded={(on) => {
              const rows = loaded()
              if (on) useSelection.getState().add(rows)
              else useSelection.getState().remove(rows.map((r) => r.id))
            }}
          />
        )}
        <List
          key={cards ? 'cards' : 'rows'}
          role="rowgroup"
          listRef={listRef}
          rowComponent={Row}
          rowCount={total}
          rowHeight={cards ? cardHeight : rowHeight}
          rowProps={rowProps}
          overscanCount={4}
          scrollElement={cards ? 'window' : scroller}
          defaultHeight={700}
          onRowsRendered={({ startIndex, stopIndex }) => {
            onRange(startIndex, stopIndex)
            clearTimeout(settle.current)
            settle.current = setTimeout(() => {
              setSettled((s) => (s.from === startIndex && s.to === stopIndex ? s : { from: startIndex, to: stopIndex }))
            }, settleMs)
          }}
        />
      </div>
    </div>
  )
})
