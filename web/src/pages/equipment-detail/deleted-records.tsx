import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { deletedRecordsQuery } from '../../features/maintenance/record'
import { useMendRecord } from '../../features/maintenance/use-mend-record'
import { workText } from '../../features/maintenance/work-text'
import { MendFrame, ReasonField } from '../../features/mend/mend-parts'
import { useMendForm } from '../../features/mend/use-mend-form'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Dialog } from '../../ui/dialog'
import { Failure } from '../../ui/failure'
import { say } from '../../ui/toasts'

interface Target {
  id: string
  version: number
}

function RestoreDialog({ record, onClose }: { record: Target; onClose: () => void }) {
  const { t } = useI18n()
  const form = useMendForm(['reason'])
  const mend = useMendRecord()
  const [reason, setReason] = useState('')
  const submit = () => {
    const input = { maintenanceRecordId: record.id, expectedVersion: record.version, reason: reason.trim() || null }
    mend.mutate(
      { how: 'restore', input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          say(t.mend.restored)
          onClose()
        },
        onError: form.fail,
      },
    )
  }
  return (
    <Dialog title={t.mend.restoreTitle} size="narrow" onClose={onClose}>
      <MendFrame form={form} action={t.mend.restore} busy={mend.isPending} onCancel={onClose} onSubmit={submit}>
        <ReasonField first value={reason} error={form.errors.reason} onText={setReason} />
      </MendFrame>
    </Dialog>
  )
}

/** The records of a machine that were deleted, why, and a way back. */
export function DeletedRecords({ machine }: { machine: string }) {
  const { t, fmt } = useI18n()
  const [target, setTarget] = useState<Target | null>(null)
  const { data, error, refetch } = useQuery(deletedRecordsQuery(machine))
  if (error) return <Failure error={error} onRetry={() => void refetch()} compact />
  if (!data) return <Bone width="100%" height={48} />
  if (data.length === 0) return <p className="quiet">{t.mend.noneDeleted}</p>
  return (
    <ul className="removed" aria-label={t.mend.showDeleted}>
      {data.map((r) => {
        const last = r.history.nodes[0]
        return (
          <li key={r.id}>
            <div>
              <span className="strong">{workText(t, r)}</span>
              <span className="quiet"> {fmt.day(r.maintenanceDate)}</span>
              {r.cost !== null && <span className="quiet"> · {fmt.money(r.cost)}</span>}
              {last?.reason && <div className="quiet">{t.mend.because(last.reason)}</div>}
              {last && <div className="small">{t.equipment.changedBy(fmt.dateTime(last.at), last.user?.name ?? t.equipment.bySystem)}</div>}
            </div>
            <button
              type="button"
              className="btn"
              onClick={() => {
                setTarget(r)
              }}
            >
              {t.mend.restore}
            </button>
          </li>
        )
      })}
      {target && (
        <RestoreDialog
          record={target}
          onClose={() => {
            setTarget(null)
          }}
        />
      )}
    </ul>
  )
}
