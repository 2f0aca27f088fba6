import { lazy, Suspense } from 'react'
import { useSearchParams } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import type { Names } from '../../features/history/history-list'

const RecordDialog = lazy(() => import('./record-dialog'))

/** Shows the record that the address names, so that it can be linked to. */
export function RecordHost({ machine, names }: { machine: EquipmentDetail; names: Names }) {
  const [params, setParams] = useSearchParams()
  const id = params.get('record')
  if (!id) return null
  const show = (record: string | null) => {
    setParams(
      (before) => {
        if (record) before.set('record', record)
        else before.delete('record')
        return before
      },
      { replace: true, preventScrollReset: true },
    )
  }
  return (
    <Suspense>
      <RecordDialog
        key={id}
        id={id}
        machine={machine}
        names={names}
        onClose={() => {
          show(null)
        }}
        onShow={show}
      />
    </Suspense>
  )
}
