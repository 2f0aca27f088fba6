import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { readFragment } from '../../graphql'
import type { AttentionListFragment } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { daysBetween } from '../../lib/days'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Shape, type ShapeName } from '../../ui/shape'
import { attentionFragment, attentionQuery } from './attention'

interface Item {
  key: string
  to: string
  tone: string
  shape: ShapeName
  word: string
  list: AttentionListFragment | null | undefined
  why: (first: AttentionListFragment['nodes'][number] | undefined) => string
}

/** What needs action: counts that lead to their rows, each with one reason. */
export function AttentionStrip() {
  const { t, fmt } = useI18n()
  const today = fmt.today()
  const { data, error, refetch } = useQuery(attentionQuery(today))
  const o = t.overview
  const of = (key: 'overdue' | 'down' | 'due' | 'progress') => data && readFragment(attentionFragment, data[key] ?? null)
  const nameOf = (r: AttentionListFragment['nodes'][number]) => r.equipment?.name ?? o.deletedMachine
  const items: Item[] = [
    {
      key: 'overdue',
      to: '/work#overdue',
      tone: 'tone-crit',
      shape: 'triangle',
      word: o.overdue,
      list: of('overdue'),
      why: (r) => (r ? o.whyOverdue(daysBetween(r.maintenanceDate, today), nameOf(r)) : o.whyOverdueNone),
    },
    {
      key: 'down',
      to: '/work#progress',
      tone: 'tone-maint',
      shape: 'diamond',
      word: o.downNow,
      list: of('down'),
      why: (r) => (r ? o.whyDown(daysBetween(r.downFrom ? fmt.dayOf(r.downFrom) : r.maintenanceDate, today), nameOf(r)) : o.whyDownNone),
    },
    {
      key: 'due',
      to: '/work#week',
      tone: 'tone-soon',
      shape: 'open-triangle',
      word: o.dueThisWeek,
      list: of('due'),
      why: (r) => (r ? o.whyDue(fmt.day(r.maintenanceDate), nameOf(r)) : o.whyDueNone),
    },
    {
      key: 'progress',
      to: '/work#progress',
      tone: 'tone-inactive',
      shape: 'ring',
      word: o.inProgress,
      list: of('progress'),
      why: (r) => (r ? o.whyProgress(fmt.day(r.maintenanceDate), nameOf(r)) : o.whyProgressNone),
    },
  ]
  if (error && !data) {
    return (
      <section className="card">
        <Failure error={error} onRetry={() => void refetch()} compact />
      </section>
    )
  }
  return (
    <section className="card attention" aria-label={t.overview.title}>
      {items.map((item) => {
        const count = item.list?.totalCount
        return (
          <Link key={item.key} to={item.to} className={`${item.tone} ${count ? '' : 'calm'}`}>
            <span className="figure">
              <Shape name={item.shape} size={18} />
              <b>{count === undefined ? <Bone width={56} height={36} /> : fmt.count(count)}</b>
              <span>{item.word}</span>
            </span>
            <span className="why">{item.list ? item.why(item.list.nodes[0]) : <Bone width="70%" />}</span>
            <span className="go">
              <Icon name="right" />
            </span>
          </Link>
        )
      })}
    </section>
  )
}
