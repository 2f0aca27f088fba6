import { useState } from 'react'
import { MachineField } from '../../features/maintenance/machine-field'
import type { WorkRecord } from '../../features/maintenance/record'
import type { RecordTarget } from '../../features/maintenance/record-work-store'
import { useMendRecord } from '../../features/maintenance/use-mend-record'
import { useRecordMaintenance } from '../../features/maintenance/use-work-mutations'
import { MendFrame, numeric, ReasonField, TextField } from '../../features/mend/mend-parts'
import { ReasonDialog } from '../../features/mend/reason-dialog'
import { saidOutcome, useMendForm } from '../../features/mend/use-mend-form'
import type { RecordMaintenanceInput } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { parseDecimal } from '../../lib/decimal'
import { randomId } from '../../lib/random-id'
import { CheckField } from '../../ui/check-field'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

export interface RecordFormProps {
  record: WorkRecord
  /** Back to the record. */
  onBack: () => void
  /** The record is not on this machine any more. */
  onGone: () => void
}

/** Returns the status that work has once it is reopened. */
export function reopenedStatus({ status, startedAt, dueDate }: Pick<WorkRecord, 'status' | 'startedAt' | 'dueDate'>) {
  return status === 'CANCELLED' && startedAt === null && dueDate !== null ? 'PLANNED' : 'IN_PROGRESS'
}

/** Reopens work that was completed or cancelled by mistake. */
export function ReopenForm({ record, onBack }: RecordFormProps) {
  const { t } = useI18n()
  const mend = useMendRecord()
  const [stopsMachine, setStops] = useState(false)
  const after = reopenedStatus(record)
  return (
    <ReasonDialog
      title={t.mend.reopenTitle}
      action={t.mend.reopen}
      busy={mend.isPending}
      onClose={onBack}
      onSend={(reason, keyOf, outcome) => {
        const input = { maintenanceRecordId: record.id, expectedVersion: record.version, reason, stopsMachine }
        mend.mutate(
          { how: 'reopen', input, key: keyOf(input) },
          outcome(() => {
            say(t.mend.reopened)
            onBack()
          }),
        )
      }}
    >
      <p>{t.mend.reopenText(t.mend.reopenAfter[after] ?? after)}</p>
      {after === 'IN_PROGRESS' && <CheckField label={t.mend.stopsMachine} checked={stopsMachine} onCheck={setStops} />}
    </ReasonDialog>
  )
}

/** Deletes a record that should not be there. It can be restored. */
export function DeleteForm({ record, onBack, onGone }: RecordFormProps) {
  const { t } = useI18n()
  const mend = useMendRecord()
  const undo = () => {
    const outcome = saidOutcome(t, t.mend.restored)
    mend
      .mutateAsync({ how: 'restore', input: { maintenanceRecordId: record.id }, key: randomId() })
      .then(outcome.onSuccess, outcome.onError)
  }
  return (
    <ReasonDialog
      title={t.mend.deleteTitle}
      action={t.mend.delete}
      danger
      busy={mend.isPending}
      onClose={onBack}
      onSend={(reason, keyOf, outcome) => {
        const input = { maintenanceRecordId: record.id, expectedVersion: record.version, reason }
        mend.mutate(
          { how: 'delete', input, key: keyOf(input) },
          outcome(() => {
            say(t.mend.deleted, { label: t.common.undo, perform: undo })
            onGone()
          }),
        )
      }}
    >
      <p>{t.mend.deleteText}</p>
    </ReasonDialog>
  )
}

/** Moves a record to the machine that the work was done on. */
export function MoveForm({ record, onBack, onGone, onShow }: RecordFormProps & { onShow: (machine: string) => void }) {
  const { t } = useI18n()
  const form = useMendForm(['equipmentId', 'reason'])
  const mend = useMendRecord()
  const [machine, setMachine] = useState<RecordTarget | null>(null)
  const [reason, setReason] = useState('')
  const { close, question, release } = useUnsaved(reason !== '' || machine !== null, onBack)
  const submit = () => {
    const found = {
      ...(machine === null ? { equipmentId: t.common.required } : {}),
      ...(machine?.id === record.equipment?.id ? { equipmentId: t.mend.noChange } : {}),
      ...(reason.trim() === '' ? { reason: t.mend.reasonNeeded } : {}),
    }
    if (!form.check(found) || !machine) return
    const input = {
      maintenanceRecordId: record.id,
      expectedVersion: record.version,
      equipmentId: machine.id,
      reason: reason.trim(),
      confirm: form.confirm,
    }
    mend.mutate(
      { how: 'move', input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(t.mend.moved(machine.name), {
            label: t.mend.toMachine,
            perform: () => {
              onShow(machine.id)
            },
          })
          onGone()
        },
        onError: form.fail,
      },
    )
  }
  return (
    <Dialog title={t.mend.moveTitle} size="narrow" onClose={close}>
      <MendFrame form={form} action={t.mend.move} busy={mend.isPending} onCancel={close} onSubmit={submit}>
        <MachineField label={t.mend.moveTo} error={form.errors.equipmentId} machine={machine} onChoose={setMachine} />
        <ReasonField value={reason} error={form.errors.reason} onText={setReason} />
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Takes the cost of work back that was done: a record with a negative cost, marked as the reversal of this one. */
export function ReverseForm({ record, onBack }: RecordFormProps) {
  const { t, fmt } = useI18n()
  const form = useMendForm(['maintenanceDate', 'cost', 'labourHours', 'description', 'reversalOfId'])
  const add = useRecordMaintenance()
  const [start] = useState(() => ({
    day: fmt.today(),
    cost: record.cost === null ? '' : fmt.amount(`-${record.cost}`),
    labourHours: record.labourHours === null ? '' : fmt.decimal(`-${record.labourHours}`),
    description: '',
  }))
  const [values, setValues] = useState(start)
  const { close, question, release } = useUnsaved(JSON.stringify(values) !== JSON.stringify(start), onBack)
  const set = (fields: Partial<typeof start>) => {
    setValues((v) => ({ ...v, ...fields }))
  }
  const submit = () => {
    const cost = parseDecimal(values.cost, fmt.locale)
    const labourHours = values.labourHours.trim() === '' ? null : parseDecimal(values.labourHours, fmt.locale)
    const notANumber = t.common.notANumber(fmt.amount('-187.5'))
    const found = {
      ...(values.day === '' ? { maintenanceDate: t.common.required } : {}),
      ...(cost === null ? { cost: notANumber } : {}),
      ...(values.labourHours.trim() !== '' && labourHours === null ? { labourHours: notANumber } : {}),
    }
    if (!form.check(found)) return
    const input: RecordMaintenanceInput = {
      equipmentId: record.equipment?.id ?? '',
      kind: record.kind,
      status: 'COMPLETED',
      maintenanceDate: values.day,
      description: values.description.trim() || null,
      cost,
      labourHours,
      reversalOfId: record.id,
    }
    add.mutate(
      { input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(t.mend.reversed)
          onBack()
        },
        onError: form.fail,
      },
    )
  }
  return (
    <Dialog title={t.mend.reverseTitle} onClose={close}>
      <MendFrame form={form} action={t.mend.reverse} busy={add.isPending} onCancel={close} onSubmit={submit}>
        <p>{t.mend.reverseText}</p>
        {form.errors.reversalOfId && (
          <p role="alert" className="notice crit">
            {form.errors.reversalOfId}
          </p>
        )}
        <div className="form">
          <TextField
            label={t.maintenance.cost(fmt.currency)}
            error={form.errors.cost}
            {...numeric}
            data-first
            value={values.cost}
            onText={(cost) => {
              set({ cost })
            }}
          />
          <TextField
            label={t.mend.labourHours}
            error={form.errors.labourHours}
            optional
            {...numeric}
            value={values.labourHours}
            onText={(labourHours) => {
              set({ labourHours })
            }}
          />
          <TextField
            label={t.maintenance.day}
            error={form.errors.maintenanceDate}
            type="date"
            value={values.day}
            onText={(day) => {
              set({ day })
            }}
          />
          <TextField
            label={t.equipment.description}
            error={form.errors.description}
            optional
            value={values.description}
            onText={(description) => {
              set({ description })
            }}
          />
        </div>
      </MendFrame>
      {question}
    </Dialog>
  )
}
