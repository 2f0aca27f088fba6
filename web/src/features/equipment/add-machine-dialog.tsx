import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { Dialog } from '../../ui/dialog'
import { failureText } from '../../ui/failure'
import { focusFirstError } from '../../ui/field'
import { say, sayFailed } from '../../ui/toasts'
import { problemTexts } from './form-errors'
import { MachineFields } from './machine-fields'
import { emptyForm, machineFields, readForm, type MachineField, type MachineForm } from './machine-input'
import { useCreateMachine } from './use-create-machine'
import { errorsByField, Refusal } from './user-errors'

export interface AddForm {
  values: MachineForm | null
  errors: Partial<Record<MachineField | '', string>>
}

interface Props {
  start: AddForm
  onClose: () => void
  /** Opens the form again, with what was refused. */
  onReopen: (form: AddForm) => void
}

/** The form of a new machine. It closes at once; a refusal opens it again. */
export default function AddMachineDialog({ start, onClose, onReopen }: Props) {
  const i18n = useI18n()
  const { t } = i18n
  const navigate = useNavigate()
  const element = useRef<HTMLFormElement>(null)
  const [form, setForm] = useState<MachineForm>(start.values ?? emptyForm)
  const [errors, setErrors] = useState(start.errors)
  const create = useCreateMachine()

  const submit = () => {
    const { input, problems } = readForm(form, i18n.fmt.locale)
    if (Object.keys(problems).length > 0) {
      setErrors(problemTexts(i18n, problems))
      focusFirstError(element.current)
      return
    }
    onClose()
    // mutateAsync goes on after this dialog is gone; callbacks of mutate would not.
    create.mutateAsync({ key: randomId(), input }).then(
      (machine) => {
        say(t.equipment.created(machine.name), { label: t.common.edit, perform: () => void navigate(`/equipment/${machine.id}`) })
      },
      (error: unknown) => {
        const refused = error instanceof Refusal
        const again = { values: form, errors: refused ? errorsByField(error.errors, machineFields) : { '': failureText(t, error) } }
        sayFailed(`${t.equipment.notCreated(input.name)}: ${refused ? error.message : failureText(t, error)}`, {
          label: t.common.edit,
          perform: () => {
            onReopen(again)
          },
        })
      },
    )
  }
  return (
    <Dialog title={t.equipment.addTitle} onClose={onClose}>
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
            setForm({ ...form, ...fields })
          }}
        />
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            {t.common.cancel}
          </button>
          <button type="submit" className="btn loud">
            {t.equipment.add}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
