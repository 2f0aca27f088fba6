import { Link } from 'react-router'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { useI18n } from '../../i18n/context'

type FactFields =
  | 'serialNumber'
  | 'assignedOperator'
  | 'user'
  | 'cost'
  | 'createdAt'
  | 'manufacturer'
  | 'model'
  | 'year'
  | 'inServiceOn'
  | 'retiredOn'
  | 'replacementValue'
  | 'scheduledHoursPerWeek'

interface FactsOf extends Pick<EquipmentDetail, FactFields> {
  /** Where it is now; left out for a machine that is deleted. */
  site?: { id: string; name: string } | null | undefined
  siteMoves?: { nodes: readonly { arrivedAt: string; leftAt: string | null }[] }
  meterReadings: { nodes: readonly { hours: string; readAt: string }[] }
}

/** What is known of a machine. */
export function Facts({ machine }: { machine: FactsOf }) {
  const { t, fmt } = useI18n()
  const { serialNumber, assignedOperator, user, cost, createdAt, inServiceOn, retiredOn, replacementValue } = machine
  const { scheduledHoursPerWeek } = machine
  const make = [machine.manufacturer, machine.model, machine.year].filter((part) => part !== null).join(' ')
  const since = machine.siteMoves?.nodes.find((move) => move.leftAt === null)?.arrivedAt
  const reading = machine.meterReadings.nodes[0]
  const e = t.equipment
  const facts: [string, React.ReactNode][] = [
    [e.make, make || '–'],
    [e.serial, serialNumber ?? '–'],
    [e.operator, assignedOperator ? `${assignedOperator.firstName} ${assignedOperator.lastName}` : '–'],
    ...(machine.site === undefined
      ? []
      : [
          [
            t.sites.site,
            machine.site ? (
              <>
                <Link to={`/sites/${machine.site.id}`} className="link">
                  {machine.site.name}
                </Link>{' '}
                {since && <span className="quiet">({e.sinceDay(fmt.day(fmt.dayOf(since)))})</span>}
              </>
            ) : (
              t.sites.none
            ),
          ] as [string, React.ReactNode],
        ]),
    [e.responsible, user?.name ?? '–'],
    [
      e.meterLabel,
      reading ? (
        <>
          {e.hours(fmt.hours(reading.hours))} <span className="quiet">({fmt.day(fmt.dayOf(reading.readAt))})</span>
        </>
      ) : (
        '–'
      ),
    ],
    [e.costLabel, cost === null ? '–' : fmt.moneyRounded(cost)],
    [e.replacementValueLabel, replacementValue === null ? '–' : fmt.moneyRounded(replacementValue)],
    [e.inServiceOn, inServiceOn === null ? '–' : fmt.day(inServiceOn)],
    ...(scheduledHoursPerWeek === null
      ? []
      : [[e.scheduledLabel, e.hoursAWeek(fmt.decimal(scheduledHoursPerWeek))] as [string, React.ReactNode]]),
    ...(retiredOn === null ? [] : [[e.retiredOn, fmt.day(retiredOn)] as [string, React.ReactNode]]),
    [e.added, fmt.day(fmt.dayOf(createdAt))],
  ]
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
