import { lazy, Suspense, useState } from 'react'
import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import { useSelection } from './selection'

const BatchDialog = lazy(() => import('./batch-dialog'))

export type BatchField = 'status' | 'category'

/** What can be done with the selected machines. It stands below the list, so that it covers no row. */
export function BulkBar() {
  const { t, fmt } = useI18n()
  const { names, clear } = useSelection()
  const [field, setField] = useState<BatchField | null>(null)
  const count = Object.keys(names).length
  if (count === 0) return <span />
  return (
    <>
      <div className="bulk" role="toolbar" aria-label={t.equipment.selected(count, fmt.count(count))}>
        <span className="strong" role="status">
          {t.equipment.selected(count, fmt.count(count))}
        </span>
        <button
          type="button"
          className="btn"
          onClick={() => {
            setField('status')
          }}
        >
          {t.equipment.setStatus}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => {
            setField('category')
          }}
        >
          {t.equipment.setCategory}
        </button>
        <button type="button" className="btn bare square" aria-label={t.equipment.unselect} onClick={clear}>
          <Icon name="close" />
        </button>
      </div>
      {field && (
        <Suspense>
          <BatchDialog
            field={field}
            onClose={() => {
              setField(null)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
