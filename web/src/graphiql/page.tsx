import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './page.css'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { AnswerViews, type View } from './answer/answer-views'
import { showUser } from './signed-in'
import { createFetcher } from './fetcher'
import { openTab, readLink } from './link'
import { openSavedLink } from './saved/open-link'
import { savedPlugin } from './saved/plugin'
import { DocumentStorage } from './storage'

/** The examples. Tests of the server run the same files and compare the SQL statement counts that they state. */
const files = import.meta.glob<string>('../../examples/*.graphql', { query: '?raw', import: 'default', eager: true })
const examples = Object.keys(files)
  .sort()
  .map((name) => files[name] ?? '')

const storage = new DocumentStorage(localStorage)
const fetcher = createFetcher()
const defaultTabs = examples.map((query) => ({ query }))
const plugins = [HISTORY_PLUGIN, savedPlugin]

function Page() {
  const [view, setView] = useState<View>('json')
  return (
    <GraphiQL
      className={`shows-${view}`}
      fetcher={fetcher}
      storage={storage}
      plugins={plugins}
      defaultTabs={defaultTabs}
      shouldPersistHeaders={false}
      defaultEditorToolsVisibility={false}
    >
      <GraphiQL.Logo> </GraphiQL.Logo>
      <GraphiQL.Footer>
        <AnswerViews view={view} onView={setView} />
      </GraphiQL.Footer>
    </GraphiQL>
  )
}

const element = document.getElementById('graphiql')
if (!element) throw new Error('graphiql.html has no element #graphiql')
void showUser(document.getElementById('viewer'))
const saved = new URLSearchParams(location.search).get('saved')
const linked = readLink(location.search)
if (saved !== null) await openSavedLink(saved, storage, examples, document.getElementById('notice'))
else if (linked) openTab(linked, storage, examples)
createRoot(element).render(<Page />)
