import { axisOf, type Point } from './chart-points'

const most = 100

/** Bars, one for each row, in the order of the rows. A null has none. */
export function BarChart({ points }: { points: readonly Point[] }) {
  const shown = points.slice(0, most)
  const axis = axisOf(shown.flatMap(({ value }) => (value === null ? [] : [value])))
  const least = axis[0] ?? 0
  const percent = (n: number) => `${String((100 * n) / ((axis.at(-1) ?? 1) - least))}%`
  return (
    <>
      <ol className="answer-bars">
        {shown.map(({ label, detail, text, value }, i) => (
          <li key={i}>
            <span className="answer-label" title={detail ? `${label} · ${detail}` : label}>
              {label || <i>null</i>}
              {detail && <small> {detail}</small>}
            </span>
            <span className="answer-track" aria-hidden="true">
              {value !== null && <b style={{ left: percent(Math.min(value, 0) - least), width: percent(Math.abs(value)) }} />}
            </span>
            <span className="answer-value">{value === null ? <i>null</i> : text}</span>
          </li>
        ))}
      </ol>
      {points.length > most && (
        <p className="answer-note">
          The first {most} of {points.length.toLocaleString('en')} rows. The table has all of them.
        </p>
      )}
    </>
  )
}
