import { useState } from 'react'
import { useI18n } from '../../i18n/context'
import { addDays } from '../../lib/days'
import { randomId } from '../../lib/random-id'
import { CheckField } from '../../ui/check-field'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { say } from '../../ui/toasts'
import { Doubt } from '../mend/mend-parts'
import { useMendForm, type Errors } from '../mend/use-mend-form'
import { kinds } from './look'
import { MachinePicker } from './machine-picker'
import './record-work.css'
import { useRecordWork } from './record-work-store'
import { useRecordMaintenance, useWorkStep } from './use-work-mutations'
import { readWork, workFields, type NewStatus, type WorkField, type WorkForm } from './work-form'

const newStatuses: readonly NewStatus[] = ['COMPLETED', 'IN_PROGRESS', 'PLANNED']
/** Work is planned for a week ahead, until the user says otherwise. */
const planAhead = 7

/** The form for work: kind and state by one touch each, the rest only if it is known. */
export default function RecordWorkDialog() {
  const { t, fmt } = useI18n()
  const { machine: given, planned, close } = useRecordWork()
  const [machine, setMachine] = useState(given)
  // The machine is down since then: another time at each try would be other work.
  const [opened] = useState(() => new Date())
  const [form, setForm] = useState<WorkForm>(() => ({
    kind: 'PREVENTIVE',
    status: planned ? 'PLANNED' : 'COMPLETED',
    day: planned ? addDays(fmt.today(), planAhead) : fmt.today(),
    description: '',
    cost: '',
    meterHours: '',
    labourHours: '',
    performedBy: '',
    isDown: false,
  }))
  const mend = useMendForm<WorkField>(workFields)
  const { errors } = mend
  const record = useRecordMaintenance()
  const step = useWorkStep()
  const set = (fields: Partial<WorkForm>) => {
    setForm((f) => ({ ...f, ...fields }))
  }
  const submit = () => {
    const { input: read, problems } = readWork(form, machine?.id, fmt.locale, opened)
    const found = Object.entries(problems).map(([f, p]) => [
      f,
      p === 'required' ? t.common.required : t.common.notANumber(fmt.amount('1250.75')),
    ])
    if (!mend.check(Object.fromEntries(found) as Errors<WorkField>)) return
    const input = { ...read, confirm: mend.confirm }
    record.mutate(
      { input, key: mend.keyOf(input) },
      {
        onSuccess: (id) => {
          close()
          const undo = {
            label: t.common.undo,
            perform: () => {
              step.mutate({ id, step: 'cancel', key: randomId() })
            },
          }
          // The server has no way back from work that is done.
          say(form.status === 'PLANNED' ? t.maintenance.planned : t.maintenance.recorded, form.status === 'COMPLETED' ? undefined : undo)
        },
        onError: mend.fail,
      },
    )
  }
  const isPlan = form.status === 'PLANNED'
  const text = (name: 'performedBy' | 'cost' | 'meterHours' | 'labourHours', label: string, decimal: boolean) => (
    <Field label={label} error={errors[name]} optional>
      {(control) => (
        <input
          {...control}
          className={decimal ? 'input num' : 'input'}
          inputMode={decimal ? 'decimal' : 'text'}
          maxLength={200}
          value={form[name]}
          onChange={(event) => {
            set({ [name]: event.target.value })
          }}
        />
      )}
    </Field>
  )
  return (
    <Dialog title={machine ? t.maintenance.recordFor(machine.name) : t.maintenance.record} onClose={close}>
      <form
        ref={mend.element}
        noValidate
        className="record-work"
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
        {!machine && (
          <Field label={t.maintenance.forMachine} error={errors.equipmentId}>
            {(control) => <MachinePicker control={control} onChoose={setMachine} />}
          </Field>
        )}
        {machine && (
          <>
            <fieldset className="field">
              <legend className="label">{t.maintenance.kindLabel}</legend>
              <div className="segments wrap">
                {kinds.map((kind) => (
                  <label key={kind}>
                    <input
                      type="radio"
                      name="kind"
                      checked={form.kind === kind}
                      onChange={() => {
                        set({ kind })
                      }}
                    />
                    {t.maintenance.kind[kind]}
                  </label>
                ))}
              </div>
            </fieldset>
            <fieldset className="field">
              <legend className="label">{t.maintenance.whenDone}</legend>
              <div className="segments wrap">
                {newStatuses.map((status) => (
                  <label key={status}>
                    <input
                      type="radio"
                      name="status"
                      checked={form.status === status}
                      onChange={() => {
                        set({ status })
                      }}
                    />
                    {t.maintenance.status[status]}
                  </label>
                ))}
              </div>
            </fieldset>
            <div className="form">
              <Field
                label={isPlan ? t.maintenance.descriptionPlan : t.maintenance.description}
                error={errors.description}
                optional
                className="full"
              >
                {(control) => (
                  <textarea
                    {...control}
                    className="input"
                    maxLength={10_000}
                    value={form.description}
                    onChange={(event) => {
                      set({ description: event.target.value })
                    }}
                  />
                )}
              </Field>
              <Field label={t.maintenance.day} error={errors.maintenanceDate}>
                {(control) => (
                  <input
                    {...control}
                    className="input"
                    type="date"
                    value={form.day}
                    onChange={(event) => {
                      set({ day: event.target.value })
                    }}
                  />
                )}
              </Field>
              {text('performedBy', t.maintenance.performedBy, false)}
              {!isPlan && text('meterHours', t.maintenance.meterHours, true)}
              {!isPlan && text('labourHours', t.mend.labourHours, true)}
              {!isPlan && text('cost', t.maintenance.cost(fmt.currency), true)}
              {form.status === 'IN_PROGRESS' && (
                <CheckField
                  className="full"
                  label={t.maintenance.isDown}
                  checked={form.isDown}
                  onCheck={(checked) => {
                    set({ isDown: checked })
                  }}
                />
              )}
            </div>
            <Doubt form={mend} />
            <footer>
              <button type="button" className="btn desk" onClick={close}>
                {t.common.cancel}
              </button>
              <button type="submit" className="btn loud" disabled={record.isPending}>
                {isPlan ? t.maintenance.plan : t.maintenance.record}
              </button>
            </footer>
          </>
        )}
      </form>
    </Dialog>
  )
}
