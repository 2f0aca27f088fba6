import { useState, type InputHTMLAttributes } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { kinds } from '../../features/maintenance/look'
import { useMendRecord } from '../../features/maintenance/use-mend-record'
import { workText } from '../../features/maintenance/work-text'
import { ChoiceField, MendFrame, numeric, ReasonField, TextField } from '../../features/mend/mend-parts'
import { useMendForm, type Errors } from '../../features/mend/use-mend-form'
import { useI18n } from '../../i18n/context'
import { parseDecimal } from '../../lib/decimal'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { correctionFields, correctionOf, readCorrection, type CorrectionField, type CorrectionForm } from './correction'
import type { RecordFormProps } from './record-forms'

type LineField = Exclude<keyof CorrectionForm, 'kind' | 'description' | 'reversalOfId'>

/** Corrects wrong values of a record. Only what was changed is sent. */
export function CorrectForm({ record, machine, onBack }: RecordFormProps & { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const form = useMendForm<CorrectionField>(correctionFields)
  const mend = useMendRecord()
  const [start] = useState(() => correctionOf(record, fmt))
  const [values, setValues] = useState(start)
  const [reason, setReason] = useState('')
  const dirty = reason !== '' || JSON.stringify(values) !== JSON.stringify(start)
  const { close, question, release } = useUnsaved(dirty, onBack)
  const m = t.maintenance
  const set = (fields: Partial<CorrectionForm>) => {
    setValues((v) => ({ ...v, ...fields }))
  }
  const submit = () => {
    const { input: changes, problems } = readCorrection(values, start, fmt)
    const text = { required: t.common.required, number: t.common.notANumber(fmt.amount('1250.75')), moment: t.common.required }
    const found: Errors<CorrectionField> = Object.fromEntries(Object.entries(problems).map(([f, p]) => [f, text[p]]))
    if (reason.trim() === '') found.reason = t.mend.reasonNeeded
    if (Object.keys(changes).length === 0 && Object.keys(found).length === 0) found[''] = t.mend.noChange
    if (!form.check(found)) return
    const input = {
      ...changes,
      maintenanceRecordId: record.id,
      expectedVersion: record.version,
      reason: reason.trim(),
      confirm: form.confirm,
    }
    mend.mutate(
      { how: 'correct', input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(t.mend.corrected)
          onBack()
        },
        onError: form.fail,
      },
    )
  }
  const line = (field: LineField, label: string, control: InputHTMLAttributes<HTMLInputElement>, optional = true) => (
    <TextField
      label={label}
      error={form.errors[field]}
      optional={optional}
      {...control}
      value={values[field]}
      onText={(text) => {
        set({ [field]: text })
      }}
    />
  )
  const moment = { type: 'datetime-local' } as const
  const isReversal = parseDecimal(values.cost, fmt.locale)?.startsWith('-') ?? false
  const originals = machine.records.nodes.filter(
    (r) => r.id === values.reversalOfId || (r.id !== record.id && r.cost !== null && !r.cost.startsWith('-') && r.status === 'COMPLETED'),
  )
  const hasBegun = record.status !== 'PLANNED'
  return (
    <Dialog title={t.mend.correctTitle} onClose={close}>
      <MendFrame form={form} action={t.common.save} busy={mend.isPending} onCancel={close} onSubmit={submit}>
        <div className="form">
          <ChoiceField
            label={m.kindLabel}
            error={form.errors.kind}
            first
            value={values.kind}
            choices={kinds}
            textOf={(kind) => m.kind[kind]}
            onChoose={(kind) => {
              set({ kind })
            }}
          />
          {line('maintenanceDate', record.status === 'PLANNED' ? t.mend.dueDate : m.day, { type: 'date' }, false)}
          <Field label={m.description} error={form.errors.description} optional className="full">
            {(control) => (
              <textarea
                {...control}
                className="input"
                maxLength={10_000}
                value={values.description}
                onChange={(event) => {
                  set({ description: event.target.value })
                }}
              />
            )}
          </Field>
          {line('performedBy', m.performedBy, { maxLength: 200 })}
          {line('cost', m.cost(fmt.currency), numeric)}
          {line('labourCost', t.mend.labourCost(fmt.currency), numeric)}
          {line('partsCost', t.mend.partsCost(fmt.currency), numeric)}
          {line('labourHours', t.mend.labourHours, numeric)}
          {hasBegun && line('meterHours', m.meterHours, numeric)}
          {hasBegun && line('startedAt', t.mend.startedAt, moment)}
          {record.status === 'COMPLETED' && line('completedAt', t.mend.completedAt, moment)}
          {line('downFrom', t.mend.downFrom, moment)}
          {line('downTo', t.mend.downTo, moment)}
          {(isReversal || values.reversalOfId !== '') && (
            <Field label={t.mend.reversalOf} error={form.errors.reversalOfId} optional className="full">
              {(control) => (
                <select
                  {...control}
                  className="input"
                  value={values.reversalOfId}
                  onChange={(event) => {
                    set({ reversalOfId: event.target.value })
                  }}
                >
                  <option value="">{t.mend.reversesNone}</option>
                  {originals.map((r) => (
                    <option key={r.id} value={r.id}>
                      {fmt.day(r.maintenanceDate)}, {workText(t, r)}
                      {r.cost === null ? '' : `, ${fmt.money(r.cost)}`}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
        </div>
        <ReasonField value={reason} error={form.errors.reason} onText={setReason} />
      </MendFrame>
      {question}
    </Dialog>
  )
}
