import { useRef, useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { problemTexts } from '../../features/equipment/form-errors'
import { MachineFields } from '../../features/equipment/machine-fields'
import {
  changedFields,
  machineFields,
  readForm,
  type MachineField,
  type MachineForm,
  type MachineInput,
} from '../../features/equipment/machine-input'
import { errorsByField, Refusal } from '../../features/equipment/user-errors'
import type { EditableFragment } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { Dialog } from '../../ui/dialog'
import { failureText } from '../../ui/failure'
import { focusFirstError } from '../../ui/field'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { ConflictForm } from './conflict-form'
import { Conflict, inputOf, useUpdateMachine } from './use-update-machine'

/** The form of a machine. After a conflict it shows both sides, and keeps what was typed. */
export default function EditDialog({ machine, onClose }: { machine: EquipmentDetail; onClose: () => void }) {
  const i18n = useI18n()
  const { t, fmt } = i18n
  const element = useRef<HTMLFormElement>(null)
  // The machine as it was when the form was opened: live changes of others do not change the form.
  const [before] = useState(machine)
  const [start] = useState<MachineForm>(() => ({
    name: machine.name,
    serialNumber: machine.serialNumber ?? '',
    category: machine.category,
    status: machine.status,
    cost: machine.cost === null ? '' : fmt.amount(machine.cost),
    manufacturer: machine.manufacturer ?? '',
    model: machine.model ?? '',
    year: machine.year === null ? '' : String(machine.year),
    inServiceOn: machine.inServiceOn ?? '',
    retiredOn: machine.retiredOn ?? '',
    replacementValue: machine.replacementValue === null ? '' : fmt.amount(machine.replacementValue),
    scheduledHoursPerWeek: machine.scheduledHoursPerWeek === null ? '' : fmt.decimal(machine.scheduledHoursPerWeek),
    description: machine.description ?? '',
  }))
  const [form, setForm] = useState(start)
  const [errors, setErrors] = useState<Partial<Record<MachineField | '', string>>>({})
  const [conflict, setConflict] = useState<{ current: EditableFragment; mine: Partial<MachineInput> } | null>(null)
  const update = useUpdateMachine()
  const dirty = conflict !== null || JSON.stringify(form) !== JSON.stringify(start)
  const { close, question } = useUnsaved(dirty && !update.isSuccess, onClose)

  const save = (version: number, fields: Partial<MachineInput>) => {
    update.mutate(
      { id: machine.id, version, fields, key: randomId() },
      {
        onSuccess: () => {
          say(t.equipment.updated)
          onClose()
        },
        onError: (error) => {
          if (error instanceof Conflict) {
            setConflict({ current: error.current, mine: fields })
            return
          }
          setConflict(null)
          setErrors(error instanceof Refusal ? errorsByField(error.errors, machineFields) : { '': failureText(t, error) })
          focusFirstError(element.current)
        },
      },
    )
  }
  const submit = () => {
    const { input, problems } = readForm(form, fmt.locale)
    if (Object.keys(problems).length > 0) {
      setErrors(problemTexts(i18n, problems))
      focusFirstError(element.current)
      return
    }
    const fields = changedFields(inputOf(before), input)
    if (Object.keys(fields).length === 0) onClose()
    else save(before.version, fields)
  }
  if (conflict) {
    const names: Record<string, string> = t.equipment.fields
    return (
      <Dialog title={t.equipment.conflictTitle} onClose={close} size="wide">
        <ConflictForm
          key={conflict.current.version}
          fields={machineFields}
          before={inputOf(before)}
          mine={conflict.mine}
          current={inputOf(conflict.current)}
          nameOf={(field) => names[field] ?? field}
          textOf={(field, value) => {
            if (field === 'status') return t.equipment.status[value as MachineInput['status']]
            if (field === 'inServiceOn' || field === 'retiredOn') return fmt.day(String(value))
            return field === 'cost' || field === 'replacementValue' ? fmt.money(String(value)) : String(value)
          }}
          busy={update.isPending}
          onCancel={close}
          onSave={(fields) => {
            if (Object.keys(fields).length === 0) onClose()
            else save(conflict.current.version, fields)
          }}
        />
        {question}
      </Dialog>
    )
  }
  return (
    <Dialog title={t.equipment.editTitle} onClose={close}>
      <form
        ref={element}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {errors[''] && (
          <p role="alert" className="notice crit">
            {errors['']}
          </p>
        )}
        <MachineFields
          form={form}
          errors={errors}
          onChange={(fields) => {
            setForm((f) => ({ ...f, ...fields }))
          }}
        />
        <footer>
          <button type="button" className="btn" onClick={close}>
            {t.common.cancel}
          </button>
          <button type="submit" className="btn loud" disabled={update.isPending}>
            {t.common.save}
          </button>
        </footer>
      </form>
      {question}
    </Dialog>
  )
}
