import { useI18n } from '../../i18n/context'
import { Shape } from '../../ui/shape'
import { validityOf } from './validity'

/** Whether a paper has expired or is about to, by shape, colour and word. Nothing while it is valid for longer. */
export function ValidityMark({ day }: { day: string }) {
  const { t, fmt } = useI18n()
  const { validity, days } = validityOf(day, fmt.today())
  if (validity === 'valid') return null
  const expired = validity === 'expired'
  return (
    <span className={`mark ink ${expired ? 'tone-crit' : 'tone-soon'}`} title={fmt.day(day)}>
      <Shape name={expired ? 'triangle' : 'open-triangle'} />
      {expired ? t.papers.expired(days) : days === 0 ? t.papers.expiresToday : t.papers.expires(days)}
    </span>
  )
}
