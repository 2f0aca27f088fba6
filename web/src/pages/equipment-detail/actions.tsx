import { lazy, Suspense, useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { useRecordWork } from '../../features/maintenance/record-work-store'
import { useI18n } from '../../i18n/context'
import { useMergeTexts } from '../../i18n/merges'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { DeleteDialog } from './delete-dialog'

const EditDialog = lazy(() => import('./edit-dialog'))
const MoveDialog = lazy(() => import('./move-dialog'))
const MergeDialog = lazy(() => import('./merge-dialog'))

/** What a manager does with a machine. On a phone the first of it stands under the thumb. */
export function Actions({ machine }: { machine: EquipmentDetail }) {
  const { t } = useI18n()
  const m = useMergeTexts()
  const openRecord = useRecordWork((s) => s.open)
  const [layer, setLayer] = useState<'edit' | 'move' | 'merge' | 'delete' | null>(null)
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
                  key: 'move',
                  label: t.sites.move,
                  icon: <Icon name="right" />,
                  onSelect: () => {
                    setLayer('move')
                  },
                },
                {
                  key: 'merge',
                  label: m.action,
                  icon: <Icon name="merge" />,
                  onSelect: () => {
                    setLayer('merge')
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
      {layer === 'move' && (
        <Suspense>
          <MoveDialog
            machine={machine}
            onClose={() => {
              setLayer(null)
            }}
          />
        </Suspense>
      )}
      {layer === 'merge' && (
        <Suspense>
          <MergeDialog
            machine={machine}
            onClose={() => {
              setLayer(null)
            }}
          />
        </Suspense>
      )}
      {layer === 'delete' && (
        <DeleteDialog
          machine={machine}
          onClose={() => {
            setLayer(null)
          }}
        />
      )}
    </>
  )
}
