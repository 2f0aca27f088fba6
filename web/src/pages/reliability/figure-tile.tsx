import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import { changeText, figureText } from './figure-text'
import { judge } from './judge'
import type { Figure, FigureName } from './kpi-query'

/** The change of a figure to the window before: an arrow, its size, and whether it is better. */
export function Change({ name, figure }: { name: FigureName; figure: Figure }) {
  const i18n = useI18n()
  const r = i18n.t.reliability
  if (name === 'backlog' || name === 'overdue') return <span className="small">{r.now}</span>
  const verdict = judge(name, figure)
  if (verdict === null || figure.delta === null) return <span className="small">{figure.value === null ? '' : r.noBefore}</span>
  if (verdict === 'same') return <span className="small">{r.same}</span>
  const more = !figure.delta.startsWith('-')
  const tone = verdict === 'better' ? 'tone-good' : verdict === 'worse' ? 'tone-crit' : 'tone-inactive'
  return (
    <span className={`mark small change ${tone}`}>
      <Icon name={more ? 'sortUp' : 'sortDown'} size={12} />
      <span className="sr">{more ? r.more : r.less}</span>
      {changeText(i18n, figure.unit, figure.delta)}
      <span>{r[verdict]}</span>
    </span>
  )
}

interface FigureTileProps {
  name: FigureName
  figure: Figure
  onOpen: (name: FigureName) => void
}

/** One key figure: value, change, what it is computed from; its definition and rows are one press away. */
export function FigureTile({ name, figure, onOpen }: FigureTileProps) {
  const i18n = useI18n()
  const { t, fmt } = i18n
  const r = t.reliability
  return (
    <li className="figure">
      <h3>
        <button
          type="button"
          className="figure-name"
          aria-haspopup="dialog"
          onClick={() => {
            onOpen(name)
          }}
        >
          {r.figures[name]}
        </button>
      </h3>
      {figure.value === null ? (
        <p className="no-value">
          <span aria-hidden="true">– </span>
          <span className="small">{figure.nullReason ? r.noValue(r.reasons[figure.nullReason]) : ''}</span>
        </p>
      ) : (
        <p className="figure-value">{figureText(i18n, figure.unit, figure.value)}</p>
      )}
      <p className="figure-change">
        <Change name={name} figure={figure} />
      </p>
      <p className="small">
        {figure.previous !== null && `${r.before(figureText(i18n, figure.unit, figure.previous))} · `}
        {r.sample(figure.sampleSize, fmt.count(figure.sampleSize))}
      </p>
      <p className="print-only small">{r.definition(name, figure.definition)}</p>
    </li>
  )
}
