import { createBrowserRouter } from 'react-router'
import { page } from './lazy-page'
import { NotFound } from './not-found'
import { pages } from './pages'
import { RouteError } from './route-error'
import { Shell } from './shell/shell'

export function createRouter() {
  return createBrowserRouter([
    {
      Component: Shell,
      ErrorBoundary: RouteError,
      HydrateFallback: () => null,
      children: [
        {
          ErrorBoundary: RouteError,
          children: [
            { path: '/', lazy: page(pages.overview) },
            { path: '/equipment', lazy: page(pages.list) },
            { path: '/equipment/:id', lazy: page(pages.detail) },
            { path: '/sites', lazy: page(pages.sites) },
            { path: '/sites/:id', lazy: page(pages.site) },
            { path: '/work', lazy: page(pages.work) },
            { path: '/reliability', lazy: page(pages.reliability) },
            { path: '*', Component: NotFound },
          ],
        },
      ],
    },
  ])
}
