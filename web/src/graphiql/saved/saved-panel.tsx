import { useId, useState } from 'react'
import { useDebounced } from '../../lib/debounce'
import { RequestError } from '../request'
import { messageOf, noSuchQuery } from './messages'
import { OpenQuery } from './open-query'
import { listSaved, readSaved, restore, type SavedQuery } from './saved-queries'
import { timeText } from './time'
import { useLoaded } from './use-loaded'
import { useTabs } from './use-tabs'
import './saved.css'

const signIn = () => `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`

/** The saved queries of the company beside the editor: what can be done with the open tab, and the list. */
export function SavedPanel() {
  const id = useId()
  const tabs = useTabs()
  const [search, setSearch] = useState('')
  const { data, error, reload } = useLoaded(useDebounced(search, 250), listSaved)
  const [told, setTold] = useState<{ text: string; undo?: SavedQuery | undefined }>({ text: '' })
  const tell = (text: string, undo?: SavedQuery) => {
    setTold({ text, undo })
  }
  const fail = (e: unknown) => {
    tell(messageOf(e))
  }
  const handleOpen = (query: string) => {
    readSaved(query).then((found) => {
      if (!found) {
        tell(noSuchQuery)
        reload()
        return
      }
      tabs.openSaved(found)
      tell(`Opened “${found.name}”.`)
    }, fail)
  }
  const handleUndo = (query: SavedQuery) => {
    restore(query.id).then((back) => {
      tell(`Restored “${back.name}”.`)
      reload()
    }, fail)
  }
  return (
    <section className="saved" aria-label="Saved queries">
      <h2>Saved queries</h2>
      <div className="saved-told" role="status">
        {told.text !== '' && <p>{told.text}</p>}
        {told.undo && (
          <button
            type="button"
            onClick={() => {
              if (told.undo) handleUndo(told.undo)
            }}
          >
            Undo
          </button>
        )}
      </div>
      {error !== null ? (
        <p className="saved-note">
          {messageOf(error)} {error instanceof RequestError && error.code === 'UNAUTHENTICATED' && <a href={signIn()}>Sign in</a>}
        </p>
      ) : (
        <>
          <OpenQuery key={tabs.saved?.id ?? ''} tabs={tabs} viewer={data?.viewer ?? null} onTell={tell} onSaved={reload} />
          <label className="saved-search" htmlFor={`${id}search`}>
            Search
          </label>
          <input
            id={`${id}search`}
            type="search"
            value={search}
            maxLength={200}
            onChange={(event) => {
              setSearch(event.target.value)
            }}
          />
          {data === null ? (
            <p className="saved-note">Loading…</p>
          ) : data.queries.length === 0 ? (
            <p className="saved-note">{search === '' ? 'Your company has no saved queries yet.' : 'No saved query has these words.'}</p>
          ) : (
            <ul className="saved-list" aria-label="Queries of your company">
              {data.queries.map((query) => (
                <li key={query.id}>
                  <button
                    type="button"
                    onClick={() => {
                      handleOpen(query.id)
                    }}
                  >
                    {query.name}
                  </button>
                  {query.description !== null && <span className="saved-description">{query.description}</span>}
                  <span className="saved-note">
                    {query.changedBy?.name ?? 'A user'}, {timeText(query.updatedAt)}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {data !== null && data.total > data.queries.length && (
            <p className="saved-note">
              The first {data.queries.length} of {data.total}: search for others.
            </p>
          )}
        </>
      )}
    </section>
  )
}
