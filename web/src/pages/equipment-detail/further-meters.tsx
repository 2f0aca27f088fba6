import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { metersQuery, type FurtherMeter } from '../../features/equipment/use-meters'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { useMeterTexts } from '../../i18n/meters'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { DeleteMeterDialog, MeterDialog } from './meter-dialogs'
import { MoreRows } from './more-button'
import { ReadingDialog, VoidDialog, type Reading } from './reading-dialogs'
import { ReadingList } from './reading-list'

const first = 3

type Layer = { how: 'add' | 'change' | 'delete' } | { how: 'correct' | 'void'; reading: Reading }

/** A meter with its total and its last readings. */
function Meter({ machine, meter }: { machine: string; meter: FurtherMeter }) {
  const { t, fmt } = useI18n()
  const x = useMeterTexts()
  const mayWrite = useMayWrite()
  const [all, setAll] = useState(false)
  const [layer, setLayer] = useState<Layer | null>(null)
  const close = () => {
    setLayer(null)
  }
  const open = (how: 'add' | 'change' | 'delete') => () => {
    setLayer({ how })
  }
  const amount = (value: string) => x.amount(fmt.decimal(value), meter.unit)
  const { nodes, totalCount } = meter.readings
  return (
    <section className="meter" aria-label={meter.name}>
      <header>
        <h3>{meter.name}</h3>
        <span className="quiet">{meter.lifetime === null ? t.equipment.meterUnits[meter.unit] : x.total(amount(meter.lifetime))}</span>
        {mayWrite && (
          <Menu
            title={x.actionsFor(meter.name)}
            label={x.actionsFor(meter.name)}
            className="btn bare square"
            button={<Icon name="dots" />}
            groups={[
              {
                key: 'meter',
                items: [
                  { key: 'add', label: t.mend.addReading, icon: <Icon name="plus" />, onSelect: open('add') },
                  { key: 'change', label: x.change, icon: <Icon name="pencil" />, onSelect: open('change') },
                  { key: 'delete', label: x.delete, icon: <Icon name="bin" />, onSelect: open('delete') },
                ],
              },
            ]}
          />
        )}
      </header>
      {nodes.length === 0 && <p className="quiet">{x.noReadings}</p>}
      <ReadingList
        readings={all ? nodes : nodes.slice(0, first)}
        textOf={(r) => amount(r.hours)}
        onMend={(how, reading) => {
          setLayer({ how, reading })
        }}
      />
      <MoreRows all={all} onAll={setAll} first={first} list={{ rows: nodes, total: totalCount }} truncated={t.equipment.truncated} />
      {layer?.how === 'add' && <ReadingDialog machine={machine} meter={meter} reading={null} onClose={close} />}
      {layer?.how === 'correct' && <ReadingDialog machine={machine} meter={meter} reading={layer.reading} onClose={close} />}
      {layer?.how === 'void' && (
        <VoidDialog machine={machine} reading={layer.reading} shows={amount(layer.reading.hours)} onClose={close} />
      )}
      {layer?.how === 'change' && <MeterDialog machine={machine} meter={meter} onClose={close} />}
      {layer?.how === 'delete' && <DeleteMeterDialog machine={machine} meter={meter} onClose={close} />}
    </section>
  )
}

/** The meters of a machine beside its hour meter, by name. */
export function FurtherMeters({ machine }: { machine: string }) {
  const x = useMeterTexts()
  const mayWrite = useMayWrite()
  const { data, error, refetch } = useQuery(metersQuery(machine))
  const [adding, setAdding] = useState(false)
  if (error) return <Failure error={error} onRetry={() => void refetch()} compact />
  if (!data) return null
  return (
    <>
      {data.map((meter) => (
        <Meter key={meter.id} machine={machine} meter={meter} />
      ))}
      {mayWrite && (
        <div className="card-links">
          <button
            type="button"
            className="link"
            onClick={() => {
              setAdding(true)
            }}
          >
            {x.add}
          </button>
        </div>
      )}
      {adding && (
        <MeterDialog
          machine={machine}
          meter={null}
          onClose={() => {
            setAdding(false)
          }}
        />
      )}
    </>
  )
}
