import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Shape, type ShapeName } from '../../ui/shape'

const steps = [10, 50, 100]

/** Returns how many rows a section has at a step. */
export function rowsOf(step: number): number {
  return steps[step] ?? 100
}

interface FrameProps<T> {
  id: string
  title: string
  empty: string
  look: { tone: string; shape: ShapeName }
  /** Says that only so many rows are shown. */
  truncated?: (n: string) => string
  query: Pick<UseQueryResult<{ total: number; rows: readonly T[] }>, 'data' | 'error' | 'refetch'>
  step: number
  onStep: (step: number) => void
  /** Draws a row. */
  children: (row: T) => ReactNode
}

/** A section of the page: its heading, its first rows, and more of them. */
export function SectionFrame<T>({ id, title, empty, look, truncated, query, step, onStep, children }: FrameProps<T>) {
  const { t, fmt } = useI18n()
  const { data, error, refetch } = query
  return (
    <section className={`card work-section ${look.tone}`} id={id} aria-label={title}>
      <header>
        <h2 className="mark">
          <Shape name={look.shape} />
          {title}
        </h2>
        {data && <span className="quiet">{fmt.count(data.total)}</span>}
      </header>
      {data ? (
        data.total === 0 ? (
          <p className="quiet">{empty}</p>
        ) : (
          <ul>{data.rows.map(children)}</ul>
        )
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={96} />
      )}
      {data && data.total > data.rows.length && step < steps.length - 1 && (
        <button
          type="button"
          className="link"
          onClick={() => {
            onStep(step + 1)
          }}
        >
          {t.maintenance.moreRows(fmt.count(data.total - data.rows.length))}
        </button>
      )}
      {data && data.total > data.rows.length && step === steps.length - 1 && (
        <p className="small">{(truncated ?? t.equipment.truncated)(fmt.count(data.rows.length))}</p>
      )}
    </section>
  )
}
