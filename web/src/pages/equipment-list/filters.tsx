import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { categoriesQuery, countsQuery } from '../../features/equipment/counts'
import { filterOf, isFiltered, orders, type ListState } from '../../features/equipment/list-state'
import { statuses, statusLook } from '../../features/equipment/status-mark'
import { useI18n } from '../../i18n/context'
import { phone, useMedia } from '../../lib/use-media'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { Popover } from '../../ui/popover'
import { SearchField } from '../../ui/search-field'
import { Shape } from '../../ui/shape'
import { columns, standardColumns, useColumnChoice } from './columns'

interface FiltersProps {
  state: ListState
  onChange: (fields: Partial<ListState>) => void
}

/** The statuses, each with its number of machines among the other filters. */
export function StatusChips({ state, onChange }: FiltersProps) {
  const { t, fmt } = useI18n()
  const { search, category, status, deleted } = state
  const { data } = useQuery({ ...countsQuery(filterOf({ search, category, deleted })), placeholderData: keepPreviousData })
  return (
    <div className="chips" role="group" aria-label={t.equipment.statusLabel}>
      <button
        type="button"
        className="chip"
        aria-pressed={status.length === 0}
        onClick={() => {
          onChange({ status: [] })
        }}
      >
        {t.common.all} {data && <span className="n">{fmt.count(data.total)}</span>}
      </button>
      {statuses.map((s) => {
        const pressed = status.includes(s)
        const { tone, shape } = statusLook[s]
        return (
          <button
            key={s}
            type="button"
            className={`chip ${tone}`}
            aria-pressed={pressed}
            onClick={() => {
              onChange({ status: pressed ? status.filter((x) => x !== s) : [...status, s] })
            }}
          >
            <Shape name={shape} />
            {t.equipment.status[s]} {data && <span className="n">{fmt.count(data.byStatus[s])}</span>}
          </button>
        )
      })}
    </div>
  )
}

function CategoryFilter({ state, onChange }: FiltersProps) {
  const { t, fmt } = useI18n()
  const [find, setFind] = useState('')
  const { search, status, category, deleted } = state
  const { data = [] } = useQuery({ ...categoriesQuery(filterOf({ search, status, deleted })), placeholderData: keepPreviousData })
  // A chosen category stays in the list, also when no machine of it is left.
  const all = [...data, ...category.filter((c) => !data.some((d) => d.category === c)).map((c) => ({ category: c, count: 0 }))]
  const shown = all.filter((c) => c.category.toLocaleLowerCase().includes(find.trim().toLocaleLowerCase()))
  const [only] = category
  return (
    <Popover
      kind="dialog"
      title={t.equipment.category}
      className={`btn ${category.length ? 'chosen' : ''}`}
      button={
        <>
          <span className="ellipsis">
            {category.length === 0 ? t.equipment.category : category.length === 1 ? only : t.equipment.categoriesChosen(category.length)}
          </span>
          <Icon name="down" size={12} />
        </>
      }
    >
      <div className="category-filter">
        {all.length > 10 && (
          <input
            className="input"
            aria-label={t.equipment.findCategory}
            placeholder={t.equipment.findCategory}
            value={find}
            onChange={(event) => {
              setFind(event.target.value)
            }}
          />
        )}
        <div className="options">
          {shown.map((c) => (
            <label key={c.category} className="choice">
              <input
                type="checkbox"
                className="check"
                checked={category.includes(c.category)}
                onChange={(event) => {
                  onChange({ category: event.target.checked ? [...category, c.category] : category.filter((x) => x !== c.category) })
                }}
              />
              <span className="ellipsis">{c.category}</span>
              <span className="small">{fmt.count(c.count)}</span>
            </label>
          ))}
        </div>
        {category.length > 0 && (
          <button
            type="button"
            className="link"
            onClick={() => {
              onChange({ category: [] })
            }}
          >
            {t.common.clear}
          </button>
        )}
      </div>
    </Popover>
  )
}

/** Search, categories, order and columns. */
export function Tools({ state, onChange }: FiltersProps) {
  const i18n = useI18n()
  const { t } = i18n
  const onPhone = useMedia(phone)
  const { chosen, toggle, reset } = useColumnChoice()
  const keys = chosen ?? standardColumns
  return (
    <div className="tools">
      <SearchField
        label={t.equipment.filterPlaceholder}
        search={state.search}
        onSearch={(search) => {
          onChange({ search })
        }}
      />
      <CategoryFilter state={state} onChange={onChange} />
      {isFiltered(state) && (
        <button
          type="button"
          className="btn bare"
          onClick={() => {
            onChange({ search: '', status: [], category: [] })
          }}
        >
          {t.equipment.clearFilters}
        </button>
      )}
      <div className="end">
        <Menu
          title={t.equipment.order}
          label={`${t.equipment.order}: ${t.equipment.orders[state.order]}`}
          button={
            <>
              {onPhone ? t.equipment.order : t.equipment.orders[state.order]}
              <Icon name="down" size={12} />
            </>
          }
          groups={[
            {
              key: 'order',
              items: orders.map((o) => ({
                key: o,
                label: t.equipment.orders[o],
                checked: state.order === o,
                onSelect: () => {
                  onChange({ order: o })
                },
              })),
            },
          ]}
        />
        {!onPhone && (
          <Menu
            title={t.equipment.columns}
            button={t.equipment.columns}
            groups={[
              {
                key: 'columns',
                items: columns.map((c) => ({
                  key: c.key,
                  label: c.label(i18n),
                  checked: keys.includes(c.key),
                  several: true,
                  onSelect: () => {
                    toggle(c.key)
                  },
                })),
              },
              { key: 'reset', items: [{ key: 'reset', label: t.equipment.resetColumns, onSelect: reset }] },
            ]}
          />
        )}
      </div>
    </div>
  )
}
