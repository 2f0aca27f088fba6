import { queryOptions } from '@tanstack/react-query'
import { createContext, use } from 'react'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { Role, ViewerQuery } from '../../graphql/graphql'

const viewerDocument = graphql(`
  query Viewer {
    viewer {
      id
      name
      email
      role
      passwordMustChange
      company {
        id
        name
        currency
        timeZone
      }
    }
  }
`)

const sessionDocument = graphql(`
  query CurrentSession {
    sessions {
      current
    }
  }
`)

export type Viewer = NonNullable<ViewerQuery['viewer']>

export const viewerQuery = queryOptions({
  queryKey: ['viewer'],
  queryFn: async ({ signal }) => (await request(viewerDocument, {}, signal)).viewer,
  staleTime: Infinity,
  gcTime: Infinity,
})

/** Whether the page has a session of its own: the manager of the demo has none. */
export const hasSessionQuery = queryOptions({
  queryKey: ['viewer', 'session'],
  queryFn: async ({ signal }) => (await request(sessionDocument, {}, signal)).sessions?.some((s) => s.current) ?? false,
  staleTime: Infinity,
})

export const ViewerContext = createContext<Viewer | null>(null)

export function useViewer(): Viewer {
  const viewer = use(ViewerContext)
  if (!viewer) throw new Error('useViewer stands outside of ViewerContext')
  return viewer
}

const order: Role[] = ['OPERATOR', 'ANALYST', 'MANAGER', 'ADMIN']

/** Reports whether a role may do what needs at least another one. */
export function atLeast(role: Role, needed: Role): boolean {
  return order.indexOf(role) >= order.indexOf(needed)
}

/** Reports whether the viewer may change the fleet. */
export function useMayWrite(): boolean {
  return atLeast(useViewer().role, 'MANAGER')
}
