import { lazy, Suspense } from 'react'
import { useRecordWork } from './record-work-store'

const RecordWorkDialog = lazy(() => import('./record-work-dialog'))

/** Shows the form for work when a page has opened it. */
export function RecordWorkHost() {
  const isOpen = useRecordWork((s) => s.isOpen)
  if (!isOpen) return null
  return (
    <Suspense>
      <RecordWorkDialog />
    </Suspense>
  )
}
