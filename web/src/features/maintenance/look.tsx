import type { MaintenanceKind, MaintenanceStatus } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { Shape, type ShapeName } from '../../ui/shape'

export const kinds: readonly MaintenanceKind[] = ['PREVENTIVE', 'CORRECTIVE', 'INSPECTION', 'MODIFICATION', 'OTHER']

export const workLook: Record<MaintenanceStatus, { tone: string; shape: ShapeName }> = {
  PLANNED: { tone: 'tone-inactive', shape: 'ring' },
  IN_PROGRESS: { tone: 'tone-maint', shape: 'diamond' },
  COMPLETED: { tone: 'tone-good', shape: 'tick' },
  CANCELLED: { tone: 'tone-retired', shape: 'cross' },
}

/** The state of work by shape, colour and word. */
export function WorkMark({ status }: { status: MaintenanceStatus }) {
  const { t } = useI18n()
  const { tone, shape } = workLook[status]
  return (
    <span className={`mark ${tone}`}>
      <Shape name={shape} />
      {t.maintenance.status[status]}
    </span>
  )
}
