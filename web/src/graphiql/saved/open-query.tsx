import { useState } from 'react'
import { hasSecrets } from '../storage'
import { messageOf, secrets } from './messages'
import { SaveForm } from './save-form'
import { change, ChangedMeanwhile, create, linkTo, remove, type Entered, type SavedQuery, type Texts } from './saved-queries'
import { useSavedTabs } from './saved-tabs'
import type { useTabs } from './use-tabs'
import { Versions } from './versions'

interface OpenQueryProps {
  tabs: ReturnType<typeof useTabs>
  viewer: { id: string; role: string } | null
  /** Says in the panel what has happened. */
  onTell: (text: string, undo?: SavedQuery) => void
  onSaved: () => void
}

type Form = 'save' | 'name' | null

/** Refuses to save what others must not see. */
function checkSecrets({ document, variables }: Texts) {
  if (hasSecrets(document, variables)) throw new Error(secrets)
}

/** What can be done with the open tab: save it, and if it has a saved query, change, link, rename and delete that. */
export function OpenQuery({ tabs, viewer, onTell, onSaved }: OpenQueryProps) {
  const { saved, texts, changed } = tabs
  const unlink = useSavedTabs((state) => state.unlink)
  const [form, setForm] = useState<Form>(null)
  const [history, setHistory] = useState(false)
  const [conflict, setConflict] = useState<ChangedMeanwhile | null>(null)
  const mayChange = saved !== undefined && viewer !== null && (saved.createdBy?.id === viewer.id || viewer.role === 'ADMIN')

  const handleSaved = (query: SavedQuery, text: string) => {
    tabs.linkOpen(query)
    setForm(null)
    setConflict(null)
    onTell(text)
    onSaved()
  }
  const handleCreate = async (entered: Entered) => {
    checkSecrets(texts)
    const query = await create(entered, texts)
    handleSaved(query, `Saved as “${query.name}”.`)
  }
  const handleRename = async (entered: Entered) => {
    if (!saved) return
    const query = await change(saved, entered)
    tabs.linkOpen({ ...query, document: saved.document, variables: saved.variables })
    setForm(null)
    onTell(`Renamed to “${query.name}”.`)
    onSaved()
  }
  const handleChange = (from: SavedQuery) => {
    onTell('')
    void (async () => {
      try {
        checkSecrets(texts)
        const query = await change(from, texts)
        handleSaved(query, `Saved version ${String(query.version)} of “${query.name}”.`)
      } catch (error) {
        if (error instanceof ChangedMeanwhile) setConflict(error)
        else onTell(messageOf(error))
      }
    })()
  }
  const handleDelete = (query: SavedQuery) => {
    remove(query.id).then(
      () => {
        unlink(query.id)
        onTell(`Deleted “${query.name}”.`, query)
        onSaved()
      },
      (error: unknown) => {
        onTell(messageOf(error))
      },
    )
  }
  const handleCopy = (query: SavedQuery) => {
    const link = linkTo(query.id)
    navigator.clipboard.writeText(link).then(
      () => {
        onTell('Copied the link. It opens the query for every user of your company who may read saved queries.')
      },
      () => {
        onTell(`The link is ${link}`)
      },
    )
  }

  if (form) {
    const renames = form === 'name' && saved
    return (
      <SaveForm
        key={form}
        label={renames ? 'Rename' : 'Save'}
        before={renames ? { name: saved.name, description: saved.description ?? '' } : { name: '', description: '' }}
        onSave={renames ? handleRename : handleCreate}
        onCancel={() => {
          setForm(null)
        }}
      />
    )
  }
  const save = (label: string) => (
    <button
      type="button"
      onClick={() => {
        setForm('save')
      }}
    >
      {label}
    </button>
  )
  if (!saved) {
    return (
      <div className="saved-open">
        <p className="saved-note">The open tab is not saved.</p>
        <div className="saved-buttons">{save('Save query…')}</div>
      </div>
    )
  }
  return (
    <div className="saved-open">
      <h3>{saved.name}</h3>
      {saved.description !== null && <p className="saved-description">{saved.description}</p>}
      <p className="saved-note">
        Version {saved.version}
        {changed && ', with changes that are not saved'}
        {!mayChange && `. Only ${saved.createdBy?.name ?? 'the user that saved it'} and administrators may change it`}.
      </p>
      {conflict && (
        <div className="saved-conflict" role="alert">
          <p>{conflict.message}</p>
          <div className="saved-buttons">
            <button
              type="button"
              onClick={() => {
                tabs.show(conflict.current)
                setConflict(null)
              }}
            >
              Take version {conflict.current.version}
            </button>
            <button
              type="button"
              onClick={() => {
                handleChange(conflict.current)
              }}
            >
              Save mine over it
            </button>
          </div>
        </div>
      )}
      <div className="saved-buttons">
        {mayChange && (
          <button
            type="button"
            disabled={!changed}
            onClick={() => {
              handleChange(saved)
            }}
          >
            Save changes
          </button>
        )}
        {save('Save as new…')}
        <button
          type="button"
          onClick={() => {
            handleCopy(saved)
          }}
        >
          Copy link
        </button>
        {mayChange && (
          <button
            type="button"
            onClick={() => {
              setForm('name')
            }}
          >
            Rename…
          </button>
        )}
        <button
          type="button"
          aria-expanded={history}
          onClick={() => {
            setHistory(!history)
          }}
        >
          History
        </button>
        {mayChange && (
          <button
            type="button"
            onClick={() => {
              handleDelete(saved)
            }}
          >
            Delete
          </button>
        )}
      </div>
      {history && (
        <Versions
          id={saved.id}
          version={saved.version}
          onOpen={(v) => {
            tabs.openVersion({ document: v.document, variables: v.variables ?? '' }, saved)
            onTell(`Opened version ${String(v.number)} in a new tab. Saving it makes it the current one.`)
          }}
        />
      )}
    </div>
  )
}
