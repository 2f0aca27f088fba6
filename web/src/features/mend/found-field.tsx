import { keepPreviousData, useQuery, type QueryKey, type UseQueryOptions } from '@tanstack/react-query'
import { useState } from 'react'
import { useI18n } from '../../i18n/context'
import { useDebounced } from '../../lib/debounce'
import { failureText } from '../../ui/failure'
import { Field } from '../../ui/field'
import { TextField } from './mend-parts'

/** How many rows the queries of this field ask for. */
const mostFound = 20

interface FoundProps<T extends { id: string }, K extends QueryKey> {
  /** What is searched for. */
  findLabel: string
  label: string
  error?: string | undefined
  /** The rows that match a text. */
  queryOf: (search: string) => UseQueryOptions<T[], Error, T[], K>
  textOf: (row: T) => string
  /** What is said when there is nothing to choose from. */
  empty: string
  chosen: T | null
  onChoose: (row: T | null) => void
  /** What choosing none means. Without it one has to be chosen. */
  none?: string | undefined
}

/** Chooses a row: those that match what is typed, as a list to choose from. */
export function FoundField<T extends { id: string }, K extends QueryKey>(props: FoundProps<T, K>) {
  const { findLabel, label, error, queryOf, textOf, empty, chosen, onChoose, none } = props
  const { t } = useI18n()
  const [text, setText] = useState('')
  const search = useDebounced(text.trim(), 200)
  const { data = [], error: failure, isSuccess } = useQuery({ ...queryOf(search), placeholderData: keepPreviousData })
  const options = chosen && !data.some((row) => row.id === chosen.id) ? [chosen, ...data] : data
  return (
    <>
      <TextField label={findLabel} optional value={text} maxLength={200} onText={setText} />
      <Field label={label} error={error ?? (failure ? failureText(t, failure) : undefined)}>
        {(control) => (
          <>
            <select
              {...control}
              className="input"
              data-first
              value={chosen?.id ?? ''}
              onChange={(event) => {
                const found = options.find((row) => row.id === event.target.value)
                if (found || none !== undefined) onChoose(found ?? null)
              }}
            >
              {(none !== undefined || !chosen) && <option value="">{none ?? '–'}</option>}
              {options.map((row) => (
                <option key={row.id} value={row.id}>
                  {textOf(row)}
                </option>
              ))}
            </select>
            {isSuccess && data.length === 0 && <span className="small">{search === '' ? empty : t.common.noMatches(search)}</span>}
            {data.length === mostFound && <span className="small">{t.common.firstMatches(mostFound)}</span>}
          </>
        )}
      </Field>
    </>
  )
}
