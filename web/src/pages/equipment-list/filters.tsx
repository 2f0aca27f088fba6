import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { categoriesQuery, countsQuery } from '../../features/equipment/counts'
import { filterOf, isFiltered, noFilters, orders, type ListState } from '../../features/equipment/list-state'
import { statuses, statusLook } from '../../features/equipment/status-mark'
import { useI18n } from '../../i18n/context'
import { phone, useMedia } from '../../lib/use-media'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { SearchField } from '../../ui/search-field'
import { Shape } from '../../ui/shape'
import { CheckFilter } from './check-filter'
import { columns, standardColumns, useColumnChoice } from './columns'
import { SiteFilter } from './site-filter'

interface FiltersProps {
  state: ListState
  onChange: (fields: Partial<ListState>) => void
}

/** The statuses, each with its number of machines among the other filters. */
export function StatusChips({ state, onChange }: FiltersProps) {
  const { t, fmt } = useI18n()
  const { status } = state
  const { data } = useQuery({ ...countsQuery(filterOf({ ...state, status: [] })), placeholderData: keepPreviousData })
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
  const { t } = useI18n()
  const { category } = state
  const { data, error, refetch } = useQuery({ ...categoriesQuery(filterOf({ ...state, category: [] })), placeholderData: keepPreviousData })
  // A chosen category stays in the list, also when no machine of it is left.
  const all = data && [...data, ...category.filter((c) => !data.some((d) => d.category === c)).map((c) => ({ category: c, count: 0 }))]
  return (
    <CheckFilter
      title={t.equipment.category}
      severalText={t.equipment.categoriesChosen}
      findLabel={t.equipment.findCategory}
      options={all?.map((c) => ({ key: c.category, label: c.category, count: c.count }))}
      error={error}
      onRetry={() => void refetch()}
      chosen={category}
      chosenText={category[0]}
      onChange={(chosen) => {
        onChange({ category: chosen })
      }}
    />
  )
}

/** Search, categories, sites, order and columns. */
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
      <SiteFilter state={state} onChange={onChange} />
      {isFiltered(state) && (
        <button
          type="button"
          className="btn bare"
          onClick={() => {
            onChange(noFilters)
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
