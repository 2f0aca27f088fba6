import { axisOf, lineOf, type Point } from './chart-points'

const manyPoints = 200

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })

/** A line over time. Nulls are gaps; points of the same time stand alone. */
export function LineChart({ title, points }: { title: string; points: readonly Point[] }) {
  const { runs, joined } = lineOf(points)
  const drawn = runs.flat()
  const first = drawn[0]
  const last = drawn.at(-1)
  if (!first || !last) return <p className="answer-note">Every row lacks its number or its time.</p>
  const axis = axisOf(drawn.map((p) => p.value ?? 0))
  const least = axis[0] ?? 0
  const height = (axis.at(-1) ?? 1) - least
  const from = first.at ?? 0
  const span = (last.at ?? 0) - from
  const x = (p: Point) => (span === 0 ? 50 : (100 * ((p.at ?? 0) - from)) / span)
  const y = (n: number) => 100 - (100 * (n - least)) / height
  const at = (p: Point) => `${String(x(p))} ${String(y(p.value ?? 0))}`
  const dots = !joined || drawn.length <= manyPoints ? drawn : runs.filter((run) => run.length === 1).flat()
  const gaps = points.length - drawn.length
  return (
    <>
      <div className="answer-plot">
        <div className="answer-ticks" aria-hidden="true">
          {axis.map((value) => (
            <span key={value} style={{ top: `${String(y(value))}%` }}>
              {short.format(value)}
            </span>
          ))}
        </div>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: ${String(drawn.length)} points from ${first.label} to ${last.label}. The table has the values.`}
        >
          {axis.map((value) => (
            <path key={value} className="answer-grid" d={`M0 ${String(y(value))}H100`} />
          ))}
          <path className="answer-line" d={runs.map((run) => `M${run.map(at).join('L')}`).join('')} />
          {dots.map((p, i) => (
            <path key={i} className="answer-dot" d={`M${at(p)}h0`}>
              <title>{`${p.detail ? `${p.label} · ${p.detail}` : p.label}: ${p.text}`}</title>
            </path>
          ))}
        </svg>
        <div className="answer-times" aria-hidden="true">
          <span>{first.label}</span>
          {span > 0 && <span>{last.label}</span>}
        </div>
      </div>
      {!joined && <p className="answer-note">Several rows have the same time, so the points are not joined.</p>}
      {gaps > 0 && <p className="answer-note">{gaps.toLocaleString('en')} without a number or a time: a gap.</p>}
    </>
  )
}
