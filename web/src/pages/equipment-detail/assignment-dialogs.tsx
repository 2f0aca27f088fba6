import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { operatorsQuery, useMendAssignment } from '../../features/equipment/use-assignments'
import { FoundField } from '../../features/mend/found-field'
import { MendFrame, ReasonField, TextField } from '../../features/mend/mend-parts'
import { ReasonDialog } from '../../features/mend/reason-dialog'
import { useMendForm } from '../../features/mend/use-mend-form'
import { useI18n } from '../../i18n/context'
import { fromZoned, toZoned } from '../../lib/zoned'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

export type Assignment = EquipmentDetail['assignments']['nodes'][number]
type Person = NonNullable<Assignment['operator']>

export interface AssignmentDialogProps {
  machine: string
  assignment: Assignment
  onClose: () => void
}

const fullName = ({ firstName, lastName }: Person) => `${firstName} ${lastName}`

/** Corrects the operator or the period of an assignment. */
export function CorrectAssignmentDialog({ machine, assignment, onClose }: AssignmentDialogProps) {
  const { t, fmt } = useI18n()
  const form = useMendForm(['operatorId', 'assignedAt', 'releasedAt', 'reason'])
  const mend = useMendAssignment(machine)
  const [operator, setOperator] = useState(assignment.operator ?? null)
  const [start] = useState(() => ({
    assignedAt: toZoned(assignment.assignedAt, fmt.timeZone),
    releasedAt: assignment.releasedAt === null ? '' : toZoned(assignment.releasedAt, fmt.timeZone),
  }))
  const [values, setValues] = useState(start)
  const [reason, setReason] = useState('')
  const same = operator?.id === assignment.operator?.id && JSON.stringify(values) === JSON.stringify(start)
  const { close, question, release } = useUnsaved(reason !== '' || !same, onClose)
  const submit = () => {
    const assignedAt = fromZoned(values.assignedAt, fmt.timeZone)
    const releasedAt = values.releasedAt === '' ? null : fromZoned(values.releasedAt, fmt.timeZone)
    const found = {
      ...(assignedAt === null ? { assignedAt: t.common.required } : {}),
      ...(values.releasedAt !== '' && releasedAt === null ? { releasedAt: t.common.required } : {}),
      ...(reason.trim() === '' ? { reason: t.mend.reasonNeeded } : {}),
      ...(same && reason.trim() !== '' ? { '': t.mend.noChange } : {}),
    }
    if (!form.check(found) || assignedAt === null) return
    const input = {
      assignmentId: assignment.id,
      ...(operator && operator.id !== assignment.operator?.id ? { operatorId: operator.id } : {}),
      ...(values.assignedAt === start.assignedAt ? {} : { assignedAt }),
      ...(values.releasedAt === start.releasedAt ? {} : { releasedAt }),
      reason: reason.trim(),
    }
    mend.mutate(
      { how: 'correct', input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(t.mend.assignmentCorrected)
          onClose()
        },
        onError: form.fail,
      },
    )
  }
  return (
    <Dialog title={t.mend.correctAssignment} onClose={close}>
      <MendFrame form={form} action={t.common.save} busy={mend.isPending} onCancel={close} onSubmit={submit}>
        <div className="form">
          <FoundField
            findLabel={t.mend.findOperator}
            label={t.equipment.operator}
            error={form.errors.operatorId}
            queryOf={operatorsQuery}
            textOf={fullName}
            empty={t.equipment.noOperator}
            chosen={operator}
            onChoose={setOperator}
          />
          <TextField
            label={t.mend.assignedAt}
            error={form.errors.assignedAt}
            type="datetime-local"
            value={values.assignedAt}
            onText={(assignedAt) => {
              setValues({ ...values, assignedAt })
            }}
          />
          <TextField
            label={t.mend.releasedAt}
            error={form.errors.releasedAt}
            optional
            type="datetime-local"
            value={values.releasedAt}
            onText={(releasedAt) => {
              setValues({ ...values, releasedAt })
            }}
          />
        </div>
        <p className="small">{t.mend.stillAssigned}</p>
        <ReasonField value={reason} error={form.errors.reason} onText={setReason} />
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Deletes an assignment that should not be there. */
export function DeleteAssignmentDialog({ machine, assignment, onClose }: AssignmentDialogProps) {
  const { t, fmt } = useI18n()
  const mend = useMendAssignment(machine)
  const from = fmt.dateTime(assignment.assignedAt)
  const period = assignment.releasedAt === null ? t.equipment.sinceDay(from) : t.equipment.until(from, fmt.dateTime(assignment.releasedAt))
  return (
    <ReasonDialog
      title={t.mend.deleteAssignmentTitle}
      action={t.mend.deleteAssignment}
      danger
      busy={mend.isPending}
      onClose={onClose}
      onSend={(reason, keyOf, outcome) => {
        const input = { assignmentId: assignment.id, reason }
        mend.mutate(
          { how: 'delete', input, key: keyOf(input) },
          outcome(() => {
            say(t.mend.assignmentDeleted)
            onClose()
          }),
        )
      }}
    >
      <p>{t.mend.deleteAssignmentText(assignment.operator ? fullName(assignment.operator) : t.equipment.noOperator, period)}</p>
    </ReasonDialog>
  )
}
