import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { categoriesQuery } from '../../features/equipment/counts'
import { useI18n } from '../../i18n/context'
import { TextField } from '../../features/mend/mend-parts'
import { Icon } from '../../ui/icon'
import { Popover } from '../../ui/popover'
import { lengths, type Scope, type writeScope } from './scope'

interface ControlsProps {
  scope: Scope
  onChange: (change: Parameters<typeof writeScope>[1]) => void
}

function ChosenDays({ scope, onChange }: ControlsProps) {
  const { t, fmt } = useI18n()
  const r = t.reliability
  const [from, setFrom] = useState(scope.from)
  const [to, setTo] = useState(scope.to)
  const [error, setError] = useState<string>()
  return (
    <form
      className="chosen-days"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const wrong = from === '' || to === '' ? t.common.required : from > to ? r.wrongDays : undefined
        setError(wrong)
        if (wrong) return
        event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
        onChange({ from, to })
      }}
    >
      <TextField label={r.from} error={error} type="date" max={fmt.today()} value={from} onText={setFrom} />
      <TextField label={r.to} type="date" max={fmt.today()} value={to} onText={setTo} />
      <button type="submit" className="btn">
        {r.show}
      </button>
    </form>
  )
}

/** The window and the machines of the figures. */
export function Controls({ scope, onChange }: ControlsProps) {
  const { t } = useI18n()
  const r = t.reliability
  const { data: categories = [] } = useQuery(categoriesQuery({}))
  const known = scope.category === null || categories.some((c) => c.category === scope.category)
  return (
    <div className="controls no-print">
      <div className="segments" role="group" aria-label={r.windowLabel}>
        {lengths.map((n) => (
          <button
            key={n}
            type="button"
            aria-pressed={scope.length === n}
            onClick={() => {
              onChange({ days: String(n) })
            }}
          >
            {r.days(n)}
          </button>
        ))}
      </div>
      <Popover
        kind="dialog"
        title={r.chosenDays}
        className={`btn ${scope.length === null ? 'chosen' : ''}`}
        button={
          <>
            <Icon name="calendar" />
            {r.chosenDays}
          </>
        }
      >
        <ChosenDays key={scope.from + scope.to} scope={scope} onChange={onChange} />
      </Popover>
      <select
        className="input"
        aria-label={t.equipment.category}
        value={scope.category ?? ''}
        onChange={(event) => {
          onChange({ category: event.target.value || null })
        }}
      >
        <option value="">{r.allMachines}</option>
        {!known && scope.category !== null && <option value={scope.category}>{scope.category}</option>}
        {categories.map((c) => (
          <option key={c.category} value={c.category}>
            {c.category}
          </option>
        ))}
      </select>
    </div>
  )
}
