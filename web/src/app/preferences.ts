import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { Language } from '../i18n/messages'

export type Theme = 'auto' | 'light' | 'dark'

interface Preferences {
  language: Language | null
  theme: Theme
  /** Single letters as shortcuts. */
  shortcuts: boolean
  setLanguage: (language: Language | null) => void
  setTheme: (theme: Theme) => void
  setShortcuts: (on: boolean) => void
}

/** What the user has chosen for this browser. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      language: null,
      theme: 'auto',
      shortcuts: true,
      setLanguage: (language) => {
        set({ language })
      },
      setTheme: (theme) => {
        set({ theme })
      },
      setShortcuts: (shortcuts) => {
        set({ shortcuts })
      },
    }),
    { name: 'fleet:preferences', version: 1 },
  ),
)

/** Shows the page in a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
