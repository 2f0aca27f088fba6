import { lazy, Suspense, useState } from 'react'
import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import type { AddForm } from './add-machine-dialog'

const AddMachineDialog = lazy(() => import('./add-machine-dialog'))

/** The button that adds a machine, with its form. A refused machine opens the form again, as it was filled in. */
export function AddMachine() {
  const { t } = useI18n()
  const [form, setForm] = useState<AddForm | null>(null)
  return (
    <>
      <button
        type="button"
        className="btn loud"
        onClick={() => {
          setForm({ values: null, errors: {} })
        }}
      >
        <Icon name="plus" />
        {t.equipment.add}
      </button>
      {form && (
        <Suspense>
          <AddMachineDialog
            start={form}
            onClose={() => {
              setForm(null)
            }}
            onReopen={setForm}
          />
        </Suspense>
      )}
    </>
  )
}
