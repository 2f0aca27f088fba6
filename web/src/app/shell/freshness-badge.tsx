import { useI18n } from '../../i18n/context'
import { useFreshness } from '../../live/freshness'
import { Icon } from '../../ui/icon'
import { Shape } from '../../ui/shape'
import { useShownAfter } from '../../ui/shown-after'

/** Says how fresh the page is. A short break of the connection is not shown, a longer one plainly. */
export function FreshnessBadge() {
  const { t, fmt } = useI18n()
  const { state, heardAt } = useFreshness()
  const stale = useShownAfter(state === 'stale', 1000)
  const connecting = useShownAfter(state === 'connecting', 2000)
  const title = t.common.zone(fmt.timeZone)
  if (stale) {
    return (
      <span className="freshness stale" role="status" title={title}>
        <Icon name="offline" />
        <span className="long">{heardAt === null ? t.common.staleNever : t.common.stale(fmt.clock(heardAt))}</span>
        <span className="short">{heardAt === null ? t.common.staleNever : t.common.staleShort(fmt.clock(heardAt))}</span>
      </span>
    )
  }
  if (heardAt === null) return connecting ? <span className="freshness">{t.common.connecting}</span> : null
  const time = fmt.clockSeconds(heardAt)
  return (
    <span className="freshness live" title={title}>
      <Shape name="circle" size={10} />
      <span className="long">{t.common.live(time)}</span>
      <span className="short">{t.common.liveShort(time)}</span>
    </span>
  )
}
