import { lazy, Suspense, useState } from 'react'
import { useNavigate } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { Refusal } from '../../features/equipment/user-errors'
import { useRecordWork } from '../../features/maintenance/record-work-store'
import { useI18n } from '../../i18n/context'
import { Dialog } from '../../ui/dialog'
import { failureText } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { say, sayFailed } from '../../ui/toasts'
import { useDeleteMachine } from './use-delete-machine'

const EditDialog = lazy(() => import('./edit-dialog'))

/** What a manager does with a machine. On a phone the first of it stands under the thumb. */
export function Actions({ machine }: { machine: EquipmentDetail }) {
  const { t } = useI18n()
  const navigate = useNavigate()
  const openRecord = useRecordWork((s) => s.open)
  const [layer, setLayer] = useState<'edit' | 'delete' | null>(null)
  const { remove, restore } = useDeleteMachine()
  const textOf = (error: unknown) => (error instanceof Refusal ? error.message : failureText(t, error))
  const deleteMachine = () => {
    setLayer(null)
    remove.mutateAsync(machine.id).then(
      () => {
        void navigate('/equipment')
        say(t.equipment.deleted(machine.name), {
          label: t.common.undo,
          perform: () => {
            restore.mutateAsync(machine.id).then(
              () => {
                say(t.equipment.restored(machine.name))
              },
              (error: unknown) => {
                sayFailed(textOf(error))
              },
            )
          },
        })
      },
      (error: unknown) => {
        sayFailed(textOf(error))
      },
    )
  }
  return (
    <>
      <div className="acts">
        <button
          type="button"
          className="btn"
          onClick={() => {
            setLayer('edit')
          }}
        >
          <Icon name="pencil" />
          {t.common.edit}
        </button>
        <button
          type="button"
          className="btn loud record-here"
          onClick={() => {
            openRecord(machine)
          }}
        >
          <Icon name="plus" />
          {t.maintenance.record}
        </button>
        <Menu
          title={t.common.more}
          label={t.common.more}
          className="btn square"
          button={<Icon name="dots" />}
          groups={[
            {
              key: 'more',
              items: [
                {
                  key: 'plan',
                  label: t.maintenance.plan,
                  icon: <Icon name="calendar" />,
                  onSelect: () => {
                    openRecord(machine, true)
                  },
                },
                {
                  key: 'delete',
                  label: t.equipment.delete,
                  icon: <Icon name="bin" />,
                  onSelect: () => {
                    setLayer('delete')
                  },
                },
              ],
            },
          ]}
        />
      </div>
      {layer === 'edit' && (
        <Suspense>
          <EditDialog
            machine={machine}
            onClose={() => {
              setLayer(null)
            }}
          />
        </Suspense>
      )}
      {layer === 'delete' && (
        <Dialog
          title={t.equipment.deleteTitle(machine.name)}
          size="narrow"
          onClose={() => {
            setLayer(null)
          }}
        >
          <p>{t.equipment.deleteText}</p>
          <footer>
            <button
              type="button"
              className="btn"
              data-first
              onClick={() => {
                setLayer(null)
              }}
            >
              {t.common.cancel}
            </button>
            <button type="button" className="btn danger" onClick={deleteMachine}>
              {t.equipment.delete}
            </button>
          </footer>
        </Dialog>
      )}
    </>
  )
}
