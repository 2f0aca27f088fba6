import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { MachineField } from '../../features/maintenance/machine-field'
import type { RecordTarget } from '../../features/maintenance/record-work-store'
import { ChoiceField, MendFrame, ReasonField } from '../../features/mend/mend-parts'
import { readable } from '../../features/mend/readable'
import { reasonText, saidOutcome, useMendForm } from '../../features/mend/use-mend-form'
import { useI18n } from '../../i18n/context'
import { useMergeTexts } from '../../i18n/merges'
import { Bone } from '../../ui/bone'
import { Dialog } from '../../ui/dialog'
import { Failure } from '../../ui/failure'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { MergeSides, namesOfSides, sideQuery, type Side } from './merge-sides'
import { useMergeMachines } from './use-merge-machines'

const sideText = ({ name, serialNumber }: Side) => (serialNumber === null ? name : `${name} (${serialNumber})`)

/** Merges a machine with another entry of the same machine. Either of them may be the one that stays. */
export default function MergeDialog({ machine, onClose }: { machine: EquipmentDetail; onClose: () => void }) {
  const { t, fmt } = useI18n()
  const m = useMergeTexts()
  const navigate = useNavigate()
  const { merge, undo } = useMergeMachines()
  const [other, setOther] = useState<RecordTarget | null>(null)
  const [isSwapped, setIsSwapped] = useState(false)
  const [reason, setReason] = useState('')
  const mine = useQuery(sideQuery(machine.id))
  const theirs = useQuery({ ...sideQuery(other?.id ?? ''), enabled: other !== null })
  const sides = mine.data && theirs.data ? [mine.data, theirs.data] : []
  // What the server refuses is about both machines, and stands above them.
  const form = useMendForm(['other', 'reason'], (error) => {
    return m.conflicts[error.reason] ?? readable(reasonText(t, error), namesOfSides(sides), fmt.dateTime)
  })
  const { close, question, release } = useUnsaved(other !== null || reason !== '', onClose)
  const [stays, goes] = isSwapped ? sides.toReversed() : sides
  const failed = mine.error ?? theirs.error
  const submit = () => {
    if (!form.check(other ? {} : { other: t.common.required }) || !stays || !goes) return
    const input = {
      equipmentId: stays.id,
      expectedVersion: stays.version,
      duplicateId: goes.id,
      expectedDuplicateVersion: goes.version,
      confirm: form.confirm,
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    }
    // The page may be gone before the answer comes, as its machine is: the promise is kept all the same.
    merge.mutateAsync({ input, key: form.keyOf(input) }).then((moved) => {
      release()
      say(m.merged(goes.name, stays.name, moved, fmt.count(moved)), {
        label: t.common.undo,
        perform: () => {
          const outcome = saidOutcome(t, m.undone(goes.name))
          undo.mutateAsync({ stays: stays.id, duplicate: goes.id }).then(outcome.onSuccess, outcome.onError)
        },
      })
      onClose()
      if (stays.id !== machine.id) void navigate(`/equipment/${stays.id}`)
    }, form.fail)
  }
  const choose = (chosen: RecordTarget | null) => {
    setOther(chosen)
    setIsSwapped(false)
    form.setConfirm(false)
    form.check({})
  }
  return (
    <Dialog title={m.title} onClose={close}>
      <MendFrame form={form} action={m.merge} danger busy={merge.isPending || (other !== null && !goes)} onCancel={close} onSubmit={submit}>
        <p className="quiet">{m.text}</p>
        <MachineField label={m.other} error={form.errors.other} machine={other} except={machine.id} onChoose={choose} />
        {stays && goes ? (
          <>
            <ChoiceField
              label={m.which}
              value={stays.id}
              choices={sides.map((side) => side.id)}
              textOf={(id) => sideText(id === stays.id ? stays : goes)}
              onChoose={(id) => {
                setIsSwapped(id !== machine.id)
              }}
            />
            <ul className="small merge-facts">
              <li>{m.moves(goes.name, stays.name)}</li>
              <li>{m.keeps(stays.name)}</li>
              <li>{m.undoable}</li>
            </ul>
            <MergeSides stays={stays} goes={goes} />
            <ReasonField optional value={reason} error={form.errors.reason} onText={setReason} />
          </>
        ) : (
          other &&
          (failed ? (
            <Failure
              error={failed}
              compact
              onRetry={() => {
                void mine.refetch()
                void theirs.refetch()
              }}
            />
          ) : theirs.data === null || mine.data === null ? (
            <p role="alert">{t.equipment.notFound}</p>
          ) : (
            <Bone width="100%" height={320} />
          ))
        )}
      </MendFrame>
      {question}
    </Dialog>
  )
}
