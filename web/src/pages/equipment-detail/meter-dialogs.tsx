import { useState } from 'react'
import { useChangeMeter, type FurtherMeter, type MeterChange } from '../../features/equipment/use-meters'
import { ChoiceField, MendFrame, TextField } from '../../features/mend/mend-parts'
import { useMendForm } from '../../features/mend/use-mend-form'
import type { MeterUnit } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { useMeterTexts } from '../../i18n/meters'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

const units: readonly MeterUnit[] = ['KILOMETRES', 'MILES', 'HOURS', 'CYCLES', 'LITRES']

interface MeterDialogProps {
  machine: string
  /** The meter that is changed; null for a new one. */
  meter: FurtherMeter | null
  onClose: () => void
}

/** Adds a meter to a machine, or changes its name, and its unit. */
export function MeterDialog({ machine, meter, onClose }: MeterDialogProps) {
  const { t } = useI18n()
  const x = useMeterTexts()
  const form = useMendForm(['name', 'unit'])
  const change = useChangeMeter(machine)
  const [start] = useState(() => ({ name: meter?.name ?? '', unit: meter?.unit ?? 'KILOMETRES' }))
  const [values, setValues] = useState(start)
  const { close, question, release } = useUnsaved(JSON.stringify(values) !== JSON.stringify(start), onClose)
  const send = (variables: MeterChange, done: string) => {
    change.mutate(variables, {
      onSuccess: () => {
        release()
        say(done)
        onClose()
      },
      onError: form.fail,
    })
  }
  const submit = () => {
    const name = values.name.trim()
    if (!form.check(name === '' ? { name: x.nameNeeded } : {})) return
    const { unit } = values
    if (meter) {
      const input = { meterId: meter.id, name, unit }
      send({ how: 'change', input, key: form.keyOf(input) }, x.changed)
    } else {
      const input = { equipmentId: machine, name, unit }
      send({ how: 'add', input, key: form.keyOf(input) }, x.added)
    }
  }
  return (
    <Dialog title={meter ? x.changeTitle : x.add} size="narrow" onClose={close}>
      <MendFrame form={form} action={meter ? t.common.save : x.add} busy={change.isPending} onCancel={close} onSubmit={submit}>
        <TextField
          label={x.name}
          error={form.errors.name}
          data-first
          maxLength={100}
          value={values.name}
          onText={(name) => {
            setValues({ ...values, name })
          }}
        />
        <ChoiceField
          label={x.unit}
          error={form.errors.unit}
          value={values.unit}
          choices={units}
          textOf={(unit) => t.equipment.meterUnits[unit]}
          onChoose={(unit) => {
            setValues({ ...values, unit })
          }}
        />
      </MendFrame>
      {question}
    </Dialog>
  )
}

/** Deletes a meter that should not be there. */
export function DeleteMeterDialog({ machine, meter, onClose }: MeterDialogProps & { meter: FurtherMeter }) {
  const x = useMeterTexts()
  const form = useMendForm([])
  const change = useChangeMeter(machine)
  return (
    <Dialog title={x.deleteTitle(meter.name)} size="narrow" onClose={onClose}>
      <MendFrame
        form={form}
        action={x.delete}
        danger
        busy={change.isPending}
        onCancel={onClose}
        onSubmit={() => {
          const input = { meterId: meter.id }
          change.mutate(
            { how: 'delete', input, key: form.keyOf(input) },
            {
              onSuccess: () => {
                say(x.deleted)
                onClose()
              },
              onError: form.fail,
            },
          )
        }}
      >
        <p>{x.deleteText}</p>
      </MendFrame>
    </Dialog>
  )
}
