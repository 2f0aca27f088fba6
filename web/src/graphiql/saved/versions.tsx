import { messageOf } from './messages'
import { readVersions, type Version } from './saved-queries'
import { timeText } from './time'
import { useLoaded } from './use-loaded'

const done: Record<string, string> = { CREATED: 'Saved', UPDATED: 'Changed', DELETED: 'Deleted', RESTORED: 'Restored' }

interface VersionsProps {
  id: string
  /** The version that is shown now: a change of it loads the list again. */
  version: number
  onOpen: (version: Version) => void
}

/** The states in which a query was saved, newest first. */
export function Versions({ id, version, onOpen }: VersionsProps) {
  const { data, error } = useLoaded(`${id} ${String(version)}`, load)
  if (error !== null) return <p className="saved-error">{messageOf(error)}</p>
  if (!data) return <p className="saved-note">Loading…</p>
  return (
    <ol className="saved-versions" aria-label="Versions">
      {data.map((v) => (
        <li key={v.number}>
          <button
            type="button"
            aria-label={`Open version ${String(v.number)}`}
            onClick={() => {
              onOpen(v)
            }}
          >
            Version {v.number}
          </button>
          <span className="saved-note">
            {done[v.action] ?? v.action} by {v.savedBy?.name ?? 'a user'}, {timeText(v.savedAt)}
          </span>
        </li>
      ))}
    </ol>
  )
}

const load = (key: string) => readVersions(key.split(' ')[0] ?? '')
