import { useEffect, useEffectEvent } from 'react'
import { useNavigate } from 'react-router'
import { usePreferences } from '../preferences'
import { useLayers } from './layers'

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const places: Record<string, string> = { o: '/', m: '/equipment', w: '/work', s: '/sites', r: '/reliability' }
const sequenceMs = 1500

/** Keys of every page. Single letters are silent in fields and dialogs, and can be switched off. */
export function useShortcuts(): void {
  const navigate = useNavigate()
  const { open } = useLayers.getState()
  const go = useEffectEvent((to: string) => void navigate(to))
  useEffect(() => {
    let gAt = -Infinity
    const onKey = (event: KeyboardEvent) => {
      const { key } = event
      if ((event.metaKey || event.ctrlKey) && key.toLowerCase() === 'k') {
        event.preventDefault()
        open('palette')
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return
      if (!usePreferences.getState().shortcuts || document.querySelector('dialog[open], [popover]:popover-open')) return
      const place = performance.now() - gAt < sequenceMs ? places[key] : undefined
      gAt = key === 'g' ? performance.now() : -Infinity
      if (place) go(place)
      else if (key === '?') open('help')
      else if (key === '/') {
        event.preventDefault()
        const field = document.querySelector<HTMLInputElement>('[data-list-search]')
        if (field) field.focus()
        else open('palette')
      }
    }
    addEventListener('keydown', onKey)
    return () => {
      removeEventListener('keydown', onKey)
    }
  }, [open])
}
