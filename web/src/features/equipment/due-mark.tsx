import { useI18n } from '../../i18n/context'
import { Shape } from '../../ui/shape'
import { urgencyOf } from './due'

/** The day of planned work: overdue and soon by shape, colour and word; later as the date alone. */
export function DueMark({ day }: { day: string }) {
  const { t, fmt } = useI18n()
  const { urgency, days } = urgencyOf(day, fmt.today())
  if (urgency === 'later') return <span title={day}>{fmt.day(day)}</span>
  return (
    <span className={`mark ink ${urgency === 'overdue' ? 'tone-crit' : 'tone-soon'}`} title={fmt.day(day)}>
      <Shape name={urgency === 'overdue' ? 'triangle' : 'open-triangle'} />
      {urgency === 'overdue' ? t.equipment.due.overdue(days) : days === 0 ? t.equipment.due.today : t.equipment.due.soon(days)}
    </span>
  )
}
