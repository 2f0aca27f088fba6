import { useState } from 'react'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Popover } from '../../ui/popover'

const many = 10

interface Option {
  key: string
  label: string
  count: number
}

interface CheckFilterProps {
  title: string
  /** What the button says when several are chosen. */
  severalText: (n: number) => string
  findLabel: string
  /** The choices with their numbers of machines; undefined until they are loaded. */
  options: readonly Option[] | undefined
  /** What is said below the choices. */
  note?: string | undefined
  error: Error | null
  onRetry: () => void
  chosen: readonly string[]
  /** The name of the choice, when one alone is chosen. */
  chosenText: string | undefined
  onChange: (chosen: string[]) => void
  onOpen?: () => void
}

/** Several choices behind a button, each with its number of machines among the other filters. */
export function CheckFilter(props: CheckFilterProps) {
  const { title, severalText, findLabel, options, note, error, onRetry, chosen, chosenText, onChange, onOpen } = props
  const { t, fmt } = useI18n()
  const [find, setFind] = useState('')
  const words = find.trim().toLocaleLowerCase()
  const shown = options?.filter((o) => o.label.toLocaleLowerCase().includes(words))
  return (
    <Popover
      kind="dialog"
      title={title}
      className={`btn ${chosen.length ? 'chosen' : ''}`}
      button={
        <>
          <span className="ellipsis">{chosen.length === 0 ? title : chosen.length === 1 ? chosenText : severalText(chosen.length)}</span>
          <Icon name="down" size={12} />
        </>
      }
      {...(onOpen ? { onOpen } : {})}
    >
      <div className="check-filter">
        {options && options.length > many && (
          <input
            className="input"
            aria-label={findLabel}
            placeholder={findLabel}
            value={find}
            onChange={(event) => {
              setFind(event.target.value)
            }}
          />
        )}
        {shown ? (
          <div className="options">
            {shown.map((o) => (
              <label key={o.key} className="choice">
                <input
                  type="checkbox"
                  className="check"
                  checked={chosen.includes(o.key)}
                  onChange={(event) => {
                    onChange(event.target.checked ? [...chosen, o.key] : chosen.filter((key) => key !== o.key))
                  }}
                />
                <span className="ellipsis">{o.label}</span>
                <span className="small">{fmt.count(o.count)}</span>
              </label>
            ))}
            {shown.length === 0 && words !== '' && <p className="small">{t.common.noMatches(find.trim())}</p>}
          </div>
        ) : error ? (
          <Failure error={error} onRetry={onRetry} compact />
        ) : (
          <Bone width="100%" height={96} />
        )}
        {note !== undefined && <p className="small">{note}</p>}
        {chosen.length > 0 && (
          <button
            type="button"
            className="link"
            onClick={() => {
              onChange([])
            }}
          >
            {t.common.clear}
          </button>
        )}
      </div>
    </Popover>
  )
}
