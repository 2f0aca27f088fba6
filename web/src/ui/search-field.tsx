import { useEffect, useState } from 'react'
import { useI18n } from '../i18n/context'
import { useDebounced } from '../lib/debounce'
import { Icon } from './icon'

const typingMs = 250

interface SearchFieldProps {
  label: string
  /** The words that the list is searched for. */
  search: string
  /** Called with other words once the typing pauses. */
  onSearch: (search: string) => void
}

/** The field for words of a list's search. The key / leads to it. */
export function SearchField({ label, search, onSearch }: SearchFieldProps) {
  const { t } = useI18n()
  const [text, setText] = useState(search)
  const [before, setBefore] = useState(search)
  if (before !== search) {
    // The address was changed by something else: Back, or a link that clears the filters.
    setBefore(search)
    if (text.trim() !== search) setText(search)
  }
  const settled = useDebounced(text, typingMs).trim()
  useEffect(() => {
    if (settled === text.trim() && settled !== search) onSearch(settled)
  }, [settled, text, search, onSearch])
  return (
    <div className="searchbox filter-search" role="search">
      <Icon name="search" />
      <input
        type="search"
        data-list-search
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
        }}
      />
      {text === '' ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <button
          type="button"
          className="btn bare clear"
          aria-label={t.common.clear}
          onClick={() => {
            setText('')
            onSearch('')
          }}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </div>
  )
}
