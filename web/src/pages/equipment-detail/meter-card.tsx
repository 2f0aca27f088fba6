import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { voidReadingsQuery } from '../../features/equipment/use-readings'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { MoreButton } from './more-button'
import { ReadingDialog, VoidDialog, type Reading } from './reading-dialogs'

const first = 5

type Layer = { how: 'add' } | { how: 'correct' | 'void'; reading: Reading }

function VoidReadings({ machine }: { machine: string }) {
  const { t, fmt } = useI18n()
  const { data, error, refetch } = useQuery(voidReadingsQuery(machine))
  if (error) return <Failure error={error} onRetry={() => void refetch()} compact />
  if (!data) return <Bone width="100%" height={40} />
  if (data.length === 0) return <p className="quiet">{t.mend.noneVoid}</p>
  return (
    <ul className="removed" aria-label={t.mend.showVoid}>
      {data.map((r) => (
        <li key={r.id}>
          <div>
            <s>{t.equipment.hours(fmt.decimal(r.hours))}</s> <span className="quiet">{fmt.dateTime(r.readAt)}</span>
            {r.voidedAt && <div className="small">{t.mend.voidedAt(fmt.dateTime(r.voidedAt))}</div>}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** The readings of a machine's meter, newest first, with what sets wrong ones right. */
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
        <ul className="entries">
          {(all ? nodes : nodes.slice(0, first)).map((r) => {
            const hours = t.equipment.hours(fmt.decimal(r.hours))
            return (
              <li key={r.id}>
                <span className="quiet">{fmt.dateTime(r.readAt)}</span>
                <span className="value">
                  {r.replacement && <span className="small">{t.mend.replaced} </span>}
                  {hours}
                </span>
                {mayWrite && (
                  <Menu
                    title={t.mend.actionsFor(hours)}
                    label={t.mend.actionsFor(hours)}
                    className="btn bare square"
                    button={<Icon name="dots" />}
                    groups={[
                      {
                        key: 'reading',
                        items: [
                          {
                            key: 'correct',
                            label: t.mend.correct,
                            icon: <Icon name="pencil" />,
                            onSelect: () => {
                              setLayer({ how: 'correct', reading: r })
                            },
                          },
                          {
                            key: 'void',
                            label: t.mend.voidReading,
                            icon: <Icon name="bin" />,
                            onSelect: () => {
                              setLayer({ how: 'void', reading: r })
                            },
                          },
                        ],
                      },
                    ]}
                  />
                )}
              </li>
            )
          })}
        </ul>
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
      {layer?.how === 'add' && <ReadingDialog machine={machine.id} reading={null} onClose={close} />}
      {layer?.how === 'correct' && <ReadingDialog machine={machine.id} reading={layer.reading} onClose={close} />}
      {layer?.how === 'void' && <VoidDialog machine={machine.id} reading={layer.reading} onClose={close} />}
    </section>
  )
}
