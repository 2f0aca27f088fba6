import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { useI18n } from '../../i18n/context'
import { fromCents } from '../../lib/decimal'
import { axisOf, type MonthCost } from './costs'
import { Tile } from './tile'

export interface Costs {
  months: MonthCost[]
  costliest: readonly { totalCost: string; equipment: { id: string; name: string } | null }[]
  yearTotal: string
}

const positive = (n: bigint) => Math.max(0, Number(n))

function useTitle() {
  const { t, fmt } = useI18n()
  return (months: readonly MonthCost[]) => {
    const now = months.reduce((s, m) => s + m.total, 0n)
    const before = months.reduce((s, m) => s + m.before, 0n)
    const unit = t.overview.thousand(fmt.currency)
    const thousands = (n: bigint) => fmt.thousands(Number(n) / 100)
    if (before <= 0n) return { title: t.overview.costTitleNoBefore, subtitle: t.overview.costSubtitleNoBefore(thousands(now), unit) }
    const change = (Number(now) - Number(before)) / Number(before)
    const title = Math.abs(change) < 0.0005 ? t.overview.costTitleSame : t.overview.costTitle(fmt.percent(Math.abs(change), 1), change < 0)
    return { title, subtitle: t.overview.costSubtitle(thousands(now), thousands(before), unit) }
  }
}

function Chart({ months }: { months: readonly MonthCost[] }) {
  const { t, fmt } = useI18n()
  const axis = axisOf(Math.max(...months.map((m) => Math.max(positive(m.total), positive(m.before)))))
  const top = axis.at(-1) ?? 1
  const height = (n: bigint) => `${String(Math.min(100, (100 * positive(n)) / (top || 1)))}%`
  const last = months.at(-1)
  const series = [
    { key: 'others', label: t.overview.others, className: 'k3' },
    { key: 'corrective', label: t.maintenance.kind.CORRECTIVE, className: 'k2' },
    { key: 'preventive', label: t.maintenance.kind.PREVENTIVE, className: 'k1' },
  ] as const
  const thousands = (n: bigint) => fmt.thousands(Number(n) / 100)
  return (
    <div className="cost-chart">
      <div className="plot" aria-hidden="true">
        <div className="ticks">
          {axis.map((value) => (
            <span key={value} style={{ bottom: `${String((100 * value) / (top || 1))}%` }}>
              {fmt.thousands(value / 100)}
            </span>
          ))}
        </div>
        <div className="bars">
          {axis.map((value) => (
            <i key={value} className="line" style={{ bottom: `${String((100 * value) / (top || 1))}%` }} />
          ))}
          {months.map((m) => (
            <div
              key={m.day}
              className={m.running ? 'month running' : 'month'}
              title={`${fmt.monthYear(m.day)}: ${fmt.money(fromCents(m.total))}`}
            >
              {series.map((s) => m[s.key] > 0n && <i key={s.key} className={s.className} style={{ height: height(m[s.key]) }} />)}
              {m.before > 0n && <span className="before" style={{ bottom: height(m.before) }} />}
            </div>
          ))}
        </div>
      </div>
      <table className="under-bars">
        <thead>
          <tr>
            {months.map((m) => (
              <th key={m.day} scope="col">
                <span className="wide">
                  {fmt.month(m.day)}
                  {m.day.slice(5, 7) === '01' && ` ’${m.day.slice(2, 4)}`}
                </span>
                <span className="tight" aria-hidden="true">
                  {fmt.monthLetter(m.day)}
                </span>
              </th>
            ))}
            <td className="wide">{last && t.overview.monthTo(fmt.day(fmt.today()))}</td>
          </tr>
        </thead>
        <tbody className="wide">
          <tr className="total">
            {months.map((m) => (
              <td key={m.day}>{thousands(m.total)}</td>
            ))}
            <th scope="row">{t.overview.total}</th>
          </tr>
          <tr>
            {months.map((m) => (
              <td key={m.day}>{thousands(m.before)}</td>
            ))}
            <th scope="row">{t.overview.sameDays}</th>
          </tr>
        </tbody>
      </table>
      <ul className="chart-keys">
        {[...series].reverse().map((s) => (
          <li key={s.key}>
            <i className={`swatch ${s.className}`} /> {s.label}
          </li>
        ))}
        <li>
          <i className="swatch before" /> {t.overview.yearBefore}
        </li>
      </ul>
    </div>
  )
}

function Figures({ months }: { months: readonly MonthCost[] }) {
  const { t, fmt } = useI18n()
  const amount = (n: bigint) => fmt.amount(fromCents(n))
  const heads = [
    t.overview.month,
    t.maintenance.kind.PREVENTIVE,
    t.maintenance.kind.CORRECTIVE,
    t.overview.others,
    t.overview.total,
    t.overview.yearBefore,
  ]
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t.common.table}>
      <table className="table">
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={head} scope="col" className={i > 0 ? 'num' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {months.map((m) => (
            <tr key={m.day}>
              <td className="nowrap">{fmt.monthYear(m.day)}</td>
              {[m.preventive, m.corrective, m.others, m.total, m.before].map((n, i) => (
                <td key={heads[i + 1]} className={`num ${i === 3 ? 'strong' : ''}`}>
                  {amount(n)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The cost of maintenance by month and kind, beside the year before. */
export function CostTile({ query }: { query: UseQueryResult<Costs> }) {
  const { t } = useI18n()
  const titleOf = useTitle()
  const [asTable, setAsTable] = useState(false)
  return (
    <Tile
      query={query}
      className="c8"
      height={330}
      title={(data) => {
        const texts = data && titleOf(data.months)
        return (
          <>
            <h2>{texts?.title ?? t.overview.costTitleNoBefore}</h2>
            <span className="quiet">{texts?.subtitle}</span>
          </>
        )
      }}
      end={
        <button
          type="button"
          className="link"
          aria-pressed={asTable}
          onClick={() => {
            setAsTable(!asTable)
          }}
        >
          {asTable ? t.common.chart : t.common.table}
        </button>
      }
    >
      {({ months }) =>
        months.every((m) => m.total === 0n && m.before === 0n) ? (
          <p className="quiet">{t.overview.noCost}</p>
        ) : asTable ? (
          <Figures months={months} />
        ) : (
          <Chart months={months} />
        )
      }
    </Tile>
  )
}
