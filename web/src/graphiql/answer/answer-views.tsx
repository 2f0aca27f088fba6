import { useGraphiQL } from '@graphiql/react'
import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { createPortal } from 'react-dom'
import { AnswerPanel } from './answer-panel'
import { useAnswer } from './use-answer'
import './answer.css'

const views = ['json', 'table', 'chart'] as const
const labels = { json: 'JSON', table: 'Table', chart: 'Chart' }

/** How the answer is shown. */
export type View = (typeof views)[number]

interface AnswerViewsProps {
  view: View
  onView: (view: View) => void
}

function Tabs({ view, onView }: AnswerViewsProps) {
  const handleKeys = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = views.indexOf(view)
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: views.length - 1 }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = views[(to + views.length) % views.length] ?? 'json'
    onView(next)
    document.getElementById(`answer-tab-${next}`)?.focus()
  }
  return (
    <div role="tablist" aria-label="View of the answer" className="answer-tabs" onKeyDown={handleKeys}>
      {views.map((v) => (
        <button
          key={v}
          type="button"
          role="tab"
          id={`answer-tab-${v}`}
          aria-selected={v === view}
          aria-controls={v === view && v !== 'json' ? 'answer-panel' : undefined}
          tabIndex={v === view ? 0 : -1}
          onClick={() => {
            onView(v)
          }}
        >
          {labels[v]}
        </button>
      ))}
    </div>
  )
}

/**
 * The tabs over the answer, and the table or the chart in place of the JSON. It is the footer
 * of GraphiQL's answer, the only part of it that takes ours; the tabs are put before the JSON.
 */
export function AnswerViews({ view, onView }: AnswerViewsProps) {
  const panel = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState<HTMLElement>()
  const [chosen, setChosen] = useState('')
  useLayoutEffect(() => {
    const element = document.createElement('div')
    panel.current?.closest('.graphiql-response')?.prepend(element)
    setTop(element)
    return () => {
      element.remove()
    }
  }, [])
  const handleFailed = useCallback(() => {
    onView('json')
  }, [onView])
  const answer = useAnswer(view !== 'json', handleFailed)
  const operation = useGraphiQL((state) => state.operationName)
  return (
    <>
      {top && createPortal(<Tabs view={view} onView={onView} />, top)}
      <div
        ref={panel}
        id="answer-panel"
        className="answer-panel"
        role="tabpanel"
        aria-labelledby={`answer-tab-${view}`}
        hidden={view === 'json'}
      >
        {view !== 'json' && <AnswerPanel answer={answer} view={view} operation={operation} chosen={chosen} onChoose={setChosen} />}
      </div>
    </>
  )
}
