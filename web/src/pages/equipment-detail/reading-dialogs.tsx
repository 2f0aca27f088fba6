import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { useChangeReading, type ReadingChange } from '../../features/equipment/use-readings'
import { MendFrame, numeric, ReasonField, TextField } from '../../features/mend/mend-parts'
import { ReasonDialog } from '../../features/mend/reason-dialog'
import { useMendForm } from '../../features/mend/use-mend-form'
import type { FurtherMeter } from '../../features/equipment/use-meters'
import { useI18n } from '../../i18n/context'
import { useMeterTexts } from '../../i18n/meters'
import { parseDecimal } from '../../lib/decimal'
import { fromZoned, toZoned } from '../../lib/zoned'
import { CheckField } from '../../ui/check-field'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

export type Reading = EquipmentDetail['meterReadings']['nodes'][number]

interface ReadingDialogProps {
  machine: string
  /** The further meter that is read; null for the hour meter. */
  meter: Pick<FurtherMeter, 'id' | 'name' | 'unit'> | null
  /** The reading that is corrected; null for a new one. */
  reading: Reading | null
  onClose: () => void
}

/** Adds a reading of a meter, or corrects a mistyped one. Hours that can hardly be are confirmed. */
export function ReadingDialog({ machine, meter, reading, onClose }: ReadingDialogProps) {
  const { t, fmt } = useI18n()
  const x = useMeterTexts()
  const form = useMendForm(['readAt', 'hours', 'replacement', 'reason'])
  const change = useChangeReading(machine)
  const [start] = useState(() => ({
    readAt: toZoned(reading?.readAt ?? new Date(), fmt.timeZone),
    hours: reading ? fmt.decimal(reading.hours) : '',
    replacement: reading?.replacement ?? false,
  }))
  const [values, setValues] = useState(start)
  const [reason, setReason] = useState('')
  const { close, question, release } = useUnsaved(reason !== '' || JSON.stringify(values) !== JSON.stringify(start), onClose)
  const send = (variables: ReadingChange, done: string) => {
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
    const hours = parseDecimal(values.hours, fmt.locale)
    const readAt = fromZoned(values.readAt, fmt.timeZone)
    const same = JSON.stringify(values) === JSON.stringify(start)
    const found = {
      ...(hours === null ? { hours: t.common.notANumber(fmt.decimal('4210.5')) } : {}),
      ...(readAt === null ? { readAt: t.common.required } : {}),
      ...(reading && reason.trim() === '' ? { reason: t.mend.reasonNeeded } : {}),
      ...(reading && same && reason.trim() !== '' ? { '': t.mend.noChange } : {}),
    }
    if (!form.check(found) || hours === null || readAt === null) return
    const { confirm } = form
    if (!reading) {
      const of = meter ? { meterId: meter.id } : {}
      const input = { equipmentId: machine, ...of, readAt, hours, replacement: values.replacement, confirm }
      send({ how: 'add', input, key: form.keyOf(input) }, t.mend.readingAdded)
      return
    }
    const input = {
      meterReadingId: reading.id,
      ...(values.readAt === start.readAt ? {} : { readAt }),
      ...(values.hours === start.hours ? {} : { hours }),
      ...(values.replacement === start.replacement ? {} : { replacement: values.replacement }),
      confirm,
      reason: reason.trim(),
    }
    send({ how: 'correct', input, key: form.keyOf(input) }, t.mend.readingCorrected)
  }
  const title = meter ? x.addReading(meter.name) : t.mend.addReading
  return (
    <Dialog title={reading ? t.mend.correctReading : title} size="narrow" onClose={close}>
      <MendFrame
        form={form}
        action={reading ? t.common.save : t.mend.addReading}
        busy={change.isPending}
        onCancel={close}
        onSubmit={submit}
      >
        <TextField
          label={meter ? x.reading(meter.name, t.equipment.meterUnits[meter.unit]) : t.mend.readingHours}
          error={form.errors.hours}
          {...numeric}
          data-first
          value={values.hours}
          onText={(hours) => {
            setValues({ ...values, hours })
          }}
        />
        <TextField
          label={t.mend.readAt}
          error={form.errors.readAt}
          type="datetime-local"
          value={values.readAt}
          onText={(readAt) => {
            setValues({ ...values, readAt })
          }}
        />
        <CheckField
          label={t.mend.replacement}
          checked={values.replacement}
          onCheck={(checked) => {
            setValues({ ...values, replacement: checked })
          }}
        />
        {reading && <ReasonField value={reason} error={form.errors.reason} onText={setReason} />}
      </MendFrame>
      {question}
    </Dialog>
  )
}

interface VoidDialogProps {
  machine: string
  reading: Reading
  /** What the reading shows, with its unit. */
  shows: string
  onClose: () => void
}

/** Voids a reading that is wrong. */
export function VoidDialog({ machine, reading, shows, onClose }: VoidDialogProps) {
  const { t, fmt } = useI18n()
  const change = useChangeReading(machine)
  return (
    <ReasonDialog
      title={t.mend.voidTitle}
      action={t.mend.voidReading}
      danger
      busy={change.isPending}
      onClose={onClose}
      onSend={(reason, keyOf, outcome) => {
        const input = { meterReadingId: reading.id, reason }
        change.mutate(
          { how: 'void', input, key: keyOf(input) },
          outcome(() => {
            say(t.mend.readingVoided)
            onClose()
          }),
        )
      }}
    >
      <p>{t.mend.voidText(shows, fmt.dateTime(reading.readAt))}</p>
    </ReasonDialog>
  )
}
