import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './graphiql.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createClient } from 'graphql-ws'
import { createRoot } from 'react-dom/client'

/** The examples. Tests of the server run the same files and compare the SQL statement counts that they state. */
const files = import.meta.glob<string>('../examples/*.graphql', { query: '?raw', import: 'default', eager: true })
const tabs = Object.keys(files)
  .sort()
  .map((name) => ({ query: files[name] ?? '' }))

const socket = new URL('/graphql', location.href)
socket.protocol = socket.protocol.replace('http', 'ws')
const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  wsClient: createClient({ url: socket.href, retryAttempts: Infinity, shouldRetry: () => true }),
})

const element = document.getElementById('graphiql')
if (!element) throw new Error('graphiql.html has no element #graphiql')
createRoot(element).render(
  <GraphiQL fetcher={fetcher} defaultTabs={tabs} shouldPersistHeaders={false} defaultEditorToolsVisibility={false}>
    <GraphiQL.Logo>Bitcorp Fleet</GraphiQL.Logo>
  </GraphiQL>,
)
