import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useId, useState, type KeyboardEvent } from 'react'
import { pageQuery } from '../equipment/pages'
import { StatusMark } from '../equipment/status-mark'
import { useI18n } from '../../i18n/context'
import { useDebounced } from '../../lib/debounce'
import { useEnter } from '../../lib/enter'
import type { FieldControl } from '../../ui/field'
import type { RecordTarget } from './record-work-store'

interface MachinePickerProps {
  control: FieldControl
  /** A machine that cannot be chosen. */
  except?: string | undefined
  onChoose: (machine: RecordTarget) => void
}

const most = 6

/** Finds a machine by a part of its name or serial number. */
export function MachinePicker({ control, except, onChoose }: MachinePickerProps) {
  const { t } = useI18n()
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const search = useDebounced(text.trim(), 200)
  const list = { filter: search ? { search } : {}, order: search ? ('NAME_ASC' as const) : ('UPDATED_AT_DESC' as const) }
  const { data = [], isFetching, isPlaceholderData } = useQuery({ ...pageQuery(list, 0), placeholderData: keepPreviousData })
  const found = data.filter((machine) => machine.id !== except).slice(0, most)
  const current = Math.min(at, found.length - 1)
  const isOfText = search === text.trim() && !isPlaceholderData && (!isFetching || data.length > 0)
  const enter = useEnter(isOfText, () => {
    const machine = found[current]
    if (machine) onChoose(machine)
  })
  const handleKeys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((current + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      enter.press()
    }
  }
  return (
    <div className="picker">
      <input
        {...control}
        className="input"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found.length ? `${listId}-${String(current)}` : undefined}
        aria-autocomplete="list"
        placeholder={t.maintenance.findMachine}
        maxLength={200}
        autoComplete="off"
        data-first
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
          enter.forget()
        }}
        onKeyDown={handleKeys}
      />
      <div role="listbox" id={listId} aria-label={t.equipment.title}>
        {found.map((machine, i) => (
          <div
            key={machine.id}
            id={`${listId}-${String(i)}`}
            role="option"
            aria-selected={i === current}
            className="option"
            onPointerMove={() => {
              setAt(i)
            }}
            onClick={() => {
              onChoose(machine)
            }}
          >
            <span className="ellipsis">
              {machine.name} <span className="small">{machine.serialNumber}</span>
            </span>
            <StatusMark status={machine.status} />
          </div>
        ))}
      </div>
      {found.length === 0 && !isFetching && <p className="small">{t.common.noMatches(search)}</p>}
    </div>
  )
}
