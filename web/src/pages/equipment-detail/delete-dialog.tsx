import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { Refusal } from '../../features/equipment/user-errors'
import type { OpenWork } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { Dialog } from '../../ui/dialog'
import { failureText } from '../../ui/failure'
import { say, sayFailed } from '../../ui/toasts'
import { useDeleteMachine } from './use-delete-machine'

/** Asks before a machine is deleted, and what becomes of its open work if there is any. The deletion can be undone. */
export function DeleteDialog({ machine, onClose }: { machine: EquipmentDetail; onClose: () => void }) {
  const { t } = useI18n()
  const navigate = useNavigate()
  const { remove, restore } = useDeleteMachine()
  const [hasOpenWork, setHasOpenWork] = useState(false)
  const failed = (error: unknown) => {
    sayFailed(error instanceof Refusal ? error.message : failureText(t, error))
  }
  const undo = () => {
    restore.mutateAsync(machine.id).then(() => {
      say(t.equipment.restored(machine.name))
    }, failed)
  }
  const deleteMachine = (openWork: OpenWork) => {
    remove.mutateAsync({ id: machine.id, openWork }).then(
      () => {
        onClose()
        void navigate('/equipment')
        say(t.equipment.deleted(machine.name), { label: t.common.undo, perform: undo })
      },
      (error: unknown) => {
        if (error instanceof Refusal && error.errors.some((e) => e.field?.includes('openWork'))) {
          setHasOpenWork(true)
          return
        }
        onClose()
        failed(error)
      },
    )
  }
  return (
    <Dialog title={t.equipment.deleteTitle(machine.name)} size="narrow" onClose={onClose}>
      <p>{t.equipment.deleteText}</p>
      {hasOpenWork && <p role="alert">{t.equipment.deleteOpenWork}</p>}
      <footer>
        <button type="button" className="btn" data-first onClick={onClose}>
          {t.common.cancel}
        </button>
        <button
          type="button"
          className="btn danger"
          disabled={remove.isPending}
          onClick={() => {
            deleteMachine(hasOpenWork ? 'CANCEL' : 'REFUSE')
          }}
        >
          {hasOpenWork ? t.equipment.deleteCancelWork : t.equipment.delete}
        </button>
      </footer>
    </Dialog>
  )
}
