import { useI18n } from '../../i18n/context'
import { Field } from '../../ui/field'
import { MachinePicker } from './machine-picker'
import type { RecordTarget } from './record-work-store'

interface MachineFieldProps {
  label: string
  error?: string | undefined
  machine: RecordTarget | null
  /** A machine that cannot be chosen. */
  except?: string
  onChoose: (machine: RecordTarget | null) => void
}

/** A machine that is found and chosen, and then shown with a way to choose another one. */
export function MachineField({ label, error, machine, except, onChoose }: MachineFieldProps) {
  const { t } = useI18n()
  if (!machine) {
    return (
      <Field label={label} error={error}>
        {(control) => <MachinePicker control={control} except={except} onChoose={onChoose} />}
      </Field>
    )
  }
  return (
    <div className="field">
      <span className="label">{label}</span>
      <p className="line">
        <span className="strong">{machine.name}</span>
        <button
          type="button"
          className="link"
          autoFocus // the field that had the focus is gone
          onClick={() => {
            onChoose(null)
          }}
        >
          {t.mend.moveChange}
        </button>
      </p>
      {error && <span className="error">{error}</span>}
    </div>
  )
}
