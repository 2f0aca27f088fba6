import { useId, useState, type SyntheticEvent } from 'react'
import type { Entered } from './saved-queries'

interface SaveFormProps {
  /** What the button says. */
  label: string
  before: Entered
  onSave: (entered: Entered) => Promise<void>
  onCancel: () => void
}

/** The name and the description of a saved query. */
export function SaveForm({ label, before, onSave, onCancel }: SaveFormProps) {
  const id = useId()
  const [name, setName] = useState(before.name)
  const [description, setDescription] = useState(before.description)
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const handleSubmit = (event: SyntheticEvent) => {
    event.preventDefault()
    setBusy(true)
    onSave({ name, description }).catch((e: unknown) => {
      setError(e instanceof Error ? e.message : String(e))
      setBusy(false)
    })
  }
  return (
    <form className="saved-form" onSubmit={handleSubmit}>
      <label htmlFor={`${id}name`}>Name</label>
      <input
        id={`${id}name`}
        value={name}
        maxLength={200}
        required
        autoFocus
        aria-invalid={error !== ''}
        aria-describedby={`${id}error`}
        onChange={(event) => {
          setName(event.target.value)
        }}
      />
      <label htmlFor={`${id}description`}>Description</label>
      <textarea
        id={`${id}description`}
        value={description}
        maxLength={2000}
        rows={2}
        onChange={(event) => {
          setDescription(event.target.value)
        }}
      />
      <p className="saved-error" id={`${id}error`} role="alert">
        {error}
      </p>
      <div className="saved-buttons">
        <button type="submit" disabled={busy}>
          {label}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}
