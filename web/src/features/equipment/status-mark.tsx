import type { EquipmentStatus } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { Shape, type ShapeName } from '../../ui/shape'

export const statuses: readonly EquipmentStatus[] = ['ACTIVE', 'MAINTENANCE', 'INACTIVE', 'RETIRED']

/** The tone and the shape of each status. */
export const statusLook: Record<EquipmentStatus, { tone: string; shape: ShapeName }> = {
  ACTIVE: { tone: 'tone-active', shape: 'circle' },
  MAINTENANCE: { tone: 'tone-maint', shape: 'diamond' },
  INACTIVE: { tone: 'tone-inactive', shape: 'ring' },
  RETIRED: { tone: 'tone-retired', shape: 'bar' },
}

/** A status by shape, colour and word. */
export function StatusMark({ status, pill = false, after }: { status: EquipmentStatus; pill?: boolean; after?: string | undefined }) {
  const { t } = useI18n()
  const { tone, shape } = statusLook[status]
  return (
    <span className={`${pill ? 'pill' : 'mark'} ${tone}`}>
      <Shape name={shape} />
      {t.equipment.status[status]}
      {after && `, ${after}`}
    </span>
  )
}
