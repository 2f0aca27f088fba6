import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { voidReadingsQuery } from '../../features/equipment/use-readings'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { useMeterTexts } from '../../i18n/meters'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { FurtherMeters } from './further-meters'
import { MoreButton } from './more-button'
import { ReadingDialog, VoidDialog, type Reading } from './reading-dialogs'
import { ReadingList } from './reading-list'

const first = 5

type Layer = { how: 'add' } | { how: 'correct' | 'void'; reading: Reading }

function VoidReadings({ machine }: { machine: string }) {
  const { t, fmt } = useI18n()
  const x = useMeterTexts()
  const { data, error, refetch } = useQuery(voidReadingsQuery(machine))
  if (error) return <Failure error={error} onRetry={() => void refetch()} compact />
  if (!data) return <Bone width="100%" height={40} />
  if (data.length === 0) return <p className="quiet">{t.mend.noneVoid}</p>
  return (
    <ul className="removed" aria-label={t.mend.showVoid}>
      {data.map((r) => (
        <li key={r.id}>
          <div>
            <s>{x.amount(fmt.decimal(r.hours), r.meter?.unit ?? 'HOURS')}</s> {r.meter?.name}{' '}
            <span className="quiet">{fmt.dateTime(r.readAt)}</span>
            {r.voidedAt && <div className="small">{t.mend.voidedAt(fmt.dateTime(r.voidedAt))}</div>}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** The readings of a machine's hour meter, newest first, with what sets wrong ones right, and its further meters. */
export function MeterCard({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  const [all, setAll] = useState(false)
  const [showVoid, setShowVoid] = useState(false)
  const [layer, setLayer] = useState<Layer | null>(null)
  const { nodes, totalCount } = machine.meterReadings
  const close = () => {
    setLayer(null)
  }
  return (
    <section className="card">
      <header>
        <h2>{t.mend.meter}</h2>
        {machine.lifetimeHours !== null && <span className="quiet">{t.mend.lifetime(fmt.hours(machine.lifetimeHours))}</span>}
        {mayWrite && (
          <span className="end">
            <button
              type="button"
              className="link"
              onClick={() => {
                setLayer({ how: 'add' })
              }}
            >
              {t.mend.addReading}
            </button>
          </span>
        )}
      </header>
      {nodes.length === 0 ? (
        <p className="quiet">{t.mend.noReadings}</p>
      ) : (
        <ReadingList
          readings={all ? nodes : nodes.slice(0, first)}
          textOf={(r) => t.equipment.hours(fmt.decimal(r.hours))}
          onMend={(how, reading) => {
            setLayer({ how, reading })
          }}
        />
      )}
      {showVoid && <VoidReadings machine={machine.id} />}
      <div className="card-links">
        {nodes.length > first && <MoreButton all={all} onAll={setAll} />}
        {mayWrite && (
          <button
            type="button"
            className="link"
            aria-expanded={showVoid}
            onClick={() => {
              setShowVoid(!showVoid)
            }}
          >
            {showVoid ? t.mend.hideVoid : t.mend.showVoid}
          </button>
        )}
      </div>
      {all && totalCount > nodes.length && <p className="small">{t.equipment.truncated(fmt.count(nodes.length))}</p>}
      <FurtherMeters machine={machine.id} />
      {layer?.how === 'add' && <ReadingDialog machine={machine.id} meter={null} reading={null} onClose={close} />}
      {layer?.how === 'correct' && <ReadingDialog machine={machine.id} meter={null} reading={layer.reading} onClose={close} />}
      {layer?.how === 'void' && (
        <VoidDialog
          machine={machine.id}
          reading={layer.reading}
          shows={t.equipment.hours(fmt.decimal(layer.reading.hours))}
          onClose={close}
        />
      )}
    </section>
  )
}
