import type { DueStatus } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { Shape, type ShapeName } from '../../ui/shape'

const looks: Record<DueStatus | 'PAUSED', { tone: string; shape: ShapeName }> = {
  OVERDUE: { tone: 'tone-crit', shape: 'triangle' },
  DUE: { tone: 'tone-soon', shape: 'open-triangle' },
  UPCOMING: { tone: 'tone-inactive', shape: 'ring' },
  PAUSED: { tone: 'tone-retired', shape: 'bar' },
}

/** How near a service is, by shape, colour and word. Without a status its schedule is paused. */
export function ServiceMark({ status }: { status: DueStatus | null }) {
  const { t } = useI18n()
  const { tone, shape } = looks[status ?? 'PAUSED']
  const pressing = status === 'OVERDUE' || status === 'DUE'
  return (
    <span className={`mark ${pressing ? 'ink ' : ''}${tone}`}>
      <Shape name={shape} />
      {status === null ? t.services.paused : t.services.status[status]}
    </span>
  )
}
