import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useI18n } from '../../i18n/context'
import { useFreshness } from '../../live/freshness'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'

/** How old the figures of a tile are: in words for screen readers, in sight once they are no longer live. */
export function Age({ at }: { at: number }) {
  const { t, fmt } = useI18n()
  const live = useFreshness((s) => s.state === 'live')
  if (!at) return null
  return <span className={live ? 'sr' : 'small'}>{t.common.asOf(fmt.clock(at))}</span>
}

interface TileProps<T> {
  query: UseQueryResult<T>
  title: (data: T | undefined) => ReactNode
  end?: ReactNode
  className: string
  /** The height of the content, which the place of what is loading has too. */
  height: number
  children: (data: T) => ReactNode
}

/** A card of the overview. It loads, fails and ages alone. */
export function Tile<T>({ query, title, end, className, height, children }: TileProps<T>) {
  const { data, error, refetch, dataUpdatedAt } = query
  return (
    <section className={`card ${className}`}>
      <header>
        {title(data)}
        <Age at={dataUpdatedAt} />
        {end && <span className="end">{end}</span>}
      </header>
      {data !== undefined ? (
        children(data)
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={height} />
      )}
    </section>
  )
}
