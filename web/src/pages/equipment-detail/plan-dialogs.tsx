import { useState } from 'react'
import { newPlan, planFields, readPlan, type PlanField, type PlanForm } from '../../features/assignments/plan-form'
import { useChangePlan, type AssignmentPlan } from '../../features/assignments/plans'
import { plannableOperatorsQuery } from '../../features/equipment/use-assignments'
import { FoundField } from '../../features/mend/found-field'
import { MendFrame, ReasonField, TextField } from '../../features/mend/mend-parts'
import { ReasonDialog } from '../../features/mend/reason-dialog'
import { useMendForm, type Errors } from '../../features/mend/use-mend-form'
import { usePlanTexts } from '../../i18n/assignment-plans'
import { useI18n } from '../../i18n/context'
import { toZoned } from '../../lib/zoned'
import { CheckField } from '../../ui/check-field'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { usePlanText } from './plan-text'

interface PlanDialogProps {
  machine: string
  onClose: () => void
}

type Person = NonNullable<AssignmentPlan['operator']>

/** Plans which operator a machine is to have from a moment on, or for a period. */
function PlanDialog({ machine, onClose }: PlanDialogProps) {
  const { t, fmt } = useI18n()
  const p = usePlanTexts()
  const form = useMendForm<PlanField>(planFields)
  const change = useChangePlan(machine)
  const [operator, setOperator] = useState<Person | null>(null)
  const [values, setValues] = useState(newPlan)
  const [earliest] = useState(() => toZoned(new Date(), fmt.timeZone))
  const { close, question, release } = useUnsaved(operator !== null || JSON.stringify(values) !== JSON.stringify(newPlan), onClose)
  const set = (fields: Partial<PlanForm>) => {
    setValues((v) => ({ ...v, ...fields }))
  }
  const submit = () => {
    const { input: plan, problems } = readPlan({ ...values, operatorId: operator?.id ?? null }, fmt.timeZone)
    const texts = { required: t.common.required, past: p.past, far: p.far, order: p.order }
    const found: Errors<PlanField> = Object.fromEntries(Object.entries(problems).map(([field, problem]) => [field, texts[problem]]))
    // A time that is typed in part is empty for the page: a plan must not hold for good because of that.
    const end = form.element.current?.elements.namedItem('endsAt')
    if (end instanceof HTMLInputElement && end.validity.badInput) found.endsAt = p.incomplete
    if (!form.check(found)) return
    const input = { equipmentId: machine, ...plan }
    change.mutate(
      { how: 'plan', input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(p.planned)
          onClose()
        },
        onError: form.fail,
      },
    )
  }
  const moment = (field: 'startsAt' | 'endsAt', optional: boolean) => (
    <TextField
      label={p[field]}
      error={form.errors[field]}
      optional={optional}
      type="datetime-local"
      name={field}
      min={earliest}
      value={values[field]}
      onText={(text) => {
        set({ [field]: text })
      }}
    />
  )
  return (
    <Dialog title={p.planTitle} onClose={close}>
      <MendFrame form={form} action={p.add} busy={change.isPending} onCancel={close} onSubmit={submit}>
        <div className="form">
          {!values.isWithout && (
            <FoundField
              findLabel={t.mend.findOperator}
              label={t.equipment.operator}
              error={form.errors.operatorId}
              queryOf={plannableOperatorsQuery}
              textOf={({ firstName, lastName }: Person) => `${firstName} ${lastName}`}
              empty={p.noOperators}
              chosen={operator}
              onChoose={setOperator}
            />
          )}
          <CheckField
            className="full"
            label={p.none}
            checked={values.isWithout}
            onCheck={(checked) => {
              set({ isWithout: checked })
            }}
          />
          {moment('startsAt', false)}
          {moment('endsAt', true)}
        </div>
        <p className="small">
          {p.hint} {t.common.zone(fmt.timeZone)}
        </p>
        <ReasonField
          optional
          value={values.reason}
          error={form.errors.reason}
          onText={(reason) => {
            set({ reason })
          }}
        />
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Cancels a plan. It cannot be restored. */
function CancelPlanDialog({ machine, plan, onClose }: PlanDialogProps & { plan: AssignmentPlan }) {
  const p = usePlanTexts()
  const change = useChangePlan(machine)
  const { name, period } = usePlanText()(plan)
  return (
    <ReasonDialog
      title={p.cancelTitle}
      action={p.cancel}
      back={p.keep}
      danger
      optional
      busy={change.isPending}
      onClose={onClose}
      onSend={(reason, keyOf, outcome) => {
        const input = { assignmentPlanId: plan.id, ...(reason === '' ? {} : { reason }) }
        change.mutate(
          { how: 'cancel', input, key: keyOf(input) },
          outcome(() => {
            say(p.cancelled)
            onClose()
          }),
        )
      }}
    >
      <p>{p.cancelText(name, period)}</p>
      {plan.status === 'STARTED' && <p>{p.cancelRunning}</p>}
    </ReasonDialog>
  )
}

/** Plans an assignment, or cancels a plan. */
export default function PlanLayer({ plan, ...props }: PlanDialogProps & { plan: AssignmentPlan | null }) {
  return plan ? <CancelPlanDialog {...props} plan={plan} /> : <PlanDialog {...props} />
}
