import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { asFailure } from '../../data/errors'
import { request } from '../../data/request'
import { MachineName } from '../../features/equipment/machine-name'
import { StatusMark } from '../../features/equipment/status-mark'
import { graphql } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { useDebounced } from '../../lib/debounce'
import { useEnter } from '../../lib/enter'
import { Dialog } from '../../ui/dialog'
import { failureText } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import './layers.css'

const findDocument = graphql(`
  query Find($search: String!) {
    equipmentList(first: 6, filter: { search: $search }, orderBy: NAME_ASC) {
      nodes {
        id
        name
        serialNumber
        status
      }
    }
    sites(first: 3, filter: { search: $search }, orderBy: NAME_ASC) {
      nodes {
        id
        name
        code
        address
      }
    }
    operators(first: 4, filter: { search: $search, status: [ACTIVE] }) {
      nodes {
        id
        firstName
        lastName
        assignedEquipment(first: 3) {
          nodes {
            id
            name
          }
        }
      }
    }
  }
`)

interface Option {
  key: string
  to: string
  content: React.ReactNode
}

/** Finds a machine by its name or serial number or by its operator, and a site by its name, code or address. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useI18n()
  const navigate = useNavigate()
  const listId = useId()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const search = useDebounced(text.trim(), 150)
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['find', search],
    queryFn: ({ signal }) => request(findDocument, { search }, signal),
    enabled: search !== '',
    placeholderData: keepPreviousData,
  })
  const found = search === '' ? undefined : data
  const isOfText = search === text.trim() && !isPlaceholderData && (!isFetching || data !== undefined)
  const machines: Option[] = (found?.equipmentList?.nodes ?? []).map((m) => ({
    key: m.id,
    to: `/equipment/${m.id}`,
    content: (
      <>
        <span className="ellipsis">
          <MachineName name={m.name} /> <span className="small">{m.serialNumber}</span>
        </span>
        <StatusMark status={m.status} />
      </>
    ),
  }))
  const sites: Option[] = (found?.sites?.nodes ?? []).map((site) => ({
    key: site.id,
    to: `/sites/${site.id}`,
    content: (
      <>
        <span className="ellipsis">
          {site.name} <span className="small">{site.code}</span>
        </span>
        {site.address !== null && <span className="quiet ellipsis address">{site.address}</span>}
      </>
    ),
  }))
  const operators: Option[] = (found?.operators?.nodes ?? []).flatMap((o) =>
    o.assignedEquipment.nodes.map((m) => ({
      key: o.id + m.id,
      to: `/equipment/${m.id}`,
      content: (
        <>
          <span>
            {o.firstName} {o.lastName}
          </span>
          <span className="quiet">
            <MachineName name={m.name} />
          </span>
        </>
      ),
    })),
  )
  const every: Option[] = machines.length
    ? [
        {
          key: 'all',
          to: `/equipment?q=${encodeURIComponent(search)}`,
          content: <span className="quiet">{t.common.allMatches(search)}</span>,
        },
      ]
    : []
  const options = [...machines, ...sites, ...operators, ...every]
  const current = Math.min(chosen, options.length - 1)
  // The focus stays in the field: the browser does not bring the chosen option into sight by itself.
  useEffect(() => {
    document.getElementById(`${listId}-${String(current)}`)?.scrollIntoView({ block: 'nearest' })
  }, [listId, current])
  const choose = (option: Option | undefined) => {
    if (!option) return
    onClose()
    void navigate(option.to)
  }
  const enter = useEnter(isOfText, () => {
    choose(options[current])
  })
  const handleKeys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosen((current + step + options.length) % Math.max(options.length, 1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      enter.press()
    }
  }
  const group = (label: string, list: Option[], from: number) =>
    list.length > 0 && (
      <div role="group" aria-label={label}>
        <div className="group" aria-hidden="true">
          {label}
        </div>
        {list.map((option, i) => (
          <div
            key={option.key}
            id={`${listId}-${String(from + i)}`}
            role="option"
            aria-selected={from + i === current}
            className="option"
            onPointerMove={() => {
              setChosen(from + i)
            }}
            onClick={() => {
              choose(option)
            }}
          >
            {option.content}
          </div>
        ))}
      </div>
    )
  return (
    <Dialog title={t.common.search} onClose={onClose}>
      <div className="palette">
        <div className="searchbox">
          <Icon name="search" />
          <input
            role="combobox"
            aria-expanded={options.length > 0}
            aria-controls={listId}
            aria-activedescendant={options.length ? `${listId}-${String(current)}` : undefined}
            aria-autocomplete="list"
            aria-label={t.common.searchPlaceholder}
            placeholder={t.common.searchPlaceholder}
            maxLength={200}
            data-first
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setChosen(0)
              enter.forget()
            }}
            onKeyDown={handleKeys}
          />
        </div>
        <div className="found" role="listbox" id={listId} aria-label={t.common.search}>
          {group(t.common.machines, machines, 0)}
          {group(t.common.sites, sites, machines.length)}
          {group(t.common.operators, operators, machines.length + sites.length)}
          {group(t.common.more, every, options.length - every.length)}
        </div>
        {options.length === 0 && (
          <p className="hint" role="status">
            {error
              ? failureText(t, asFailure(error))
              : search === ''
                ? t.common.typeToSearch
                : isFetching
                  ? t.common.loading
                  : t.common.noMatches(search)}
          </p>
        )}
      </div>
    </Dialog>
  )
}
