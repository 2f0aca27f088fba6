import { useEffect, useRef, useState } from 'react'
import { useBlocker } from 'react-router'
import { useI18n } from '../i18n/context'
import { Dialog } from './dialog'

/**
 * Guards what was typed. It asks before a link, Back, Escape or the cross leave a
 * form that has unsaved input; before closing the tab the browser asks itself.
 */
export function useUnsaved(dirty: boolean, onClose: () => void) {
  const { t } = useI18n()
  const [closing, setClosing] = useState(false)
  const released = useRef(false)
  const blocker = useBlocker(({ currentLocation: here, nextLocation: there }) => {
    return dirty && !released.current && (here.pathname !== there.pathname || here.search !== there.search)
  })
  useEffect(() => {
    if (!dirty) return
    const ask = (event: BeforeUnloadEvent) => {
      event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => {
      removeEventListener('beforeunload', ask)
    }
  }, [dirty])
  const asking = closing || blocker.state === 'blocked'
  const stay = () => {
    setClosing(false)
    blocker.reset?.()
  }
  const question = asking && (
    <Dialog title={t.common.unsavedTitle} onClose={stay} size="narrow">
      <p>{t.common.unsavedText}</p>
      <footer>
        <button type="button" className="btn" data-first onClick={stay}>
          {t.common.stay}
        </button>
        <button
          type="button"
          className="btn danger"
          onClick={() => {
            onClose()
            blocker.proceed?.()
          }}
        >
          {t.common.leave}
        </button>
      </footer>
    </Dialog>
  )
  const close = () => {
    if (dirty) setClosing(true)
    else onClose()
  }
  /** What was typed is saved: the form may be left. */
  const release = () => {
    released.current = true
  }
  return { close, question, release }
}
