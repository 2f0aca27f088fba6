import type { GraphiQLPlugin } from '@graphiql/react'
import { SavedPanel } from './saved-panel'

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M6 3.5h12v17l-6-4.5-6 4.5z" strokeLinejoin="round" />
    </svg>
  )
}

/** The panel of the company's saved queries, beside GraphiQL's own panels. */
export const savedPlugin: GraphiQLPlugin = { title: 'Saved queries', icon: Icon, content: SavedPanel }
