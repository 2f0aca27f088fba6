import './ui/tokens.css'
import './ui/base.css'
import './ui/controls.css'
import './app/shell/shell.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { CrashBoundary } from './app/crash-boundary'
import { applyTheme, usePreferences } from './app/preferences'
import { initialMessages, ViewerGate } from './app/providers'
import { createRouter } from './app/router'
import { createQueryClient } from './data/query-client'
import { viewerQuery } from './features/viewer/viewer'
import { LiveClient } from './live/live-client'
import { LiveContext } from './live/use-live'

applyTheme(usePreferences.getState().theme)
usePreferences.subscribe(({ theme }) => {
  applyTheme(theme)
})

const queryClient = createQueryClient()
queryClient.query(viewerQuery).catch(() => undefined) // ViewerGate shows what failed

const socket = new URL('/graphql', location.href)
socket.protocol = socket.protocol.replace('http', 'ws')
const live = new LiveClient(socket.href)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')

const initial = await initialMessages()
createRoot(root).render(
  <StrictMode>
    <CrashBoundary messages={initial.messages}>
      <QueryClientProvider client={queryClient}>
        <LiveContext value={live}>
          <ViewerGate initial={initial}>
            {/* What a control shows is in the address: as a transition, a checkbox would fall back until the page is drawn. */}
            <RouterProvider router={createRouter()} useTransitions={false} />
          </ViewerGate>
        </LiveContext>
      </QueryClientProvider>
    </CrashBoundary>
  </StrictMode>,
)
