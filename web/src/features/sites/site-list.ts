import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { SiteFieldsFragment, SiteFilter } from '../../graphql/graphql'
import { pageSize } from '../equipment/pages'
import { sitesKey } from './sites'

export const siteFragment = graphql(`
  fragment SiteFields on Site {
    id
    version
    name
    code
    address
    timeZone
    createdAt
    deletedAt
    equipment(first: 1) {
      totalCount
    }
  }
`)

const pageDocument = graphql(`
  query SitePage($first: Int!, $offset: Int!, $filter: SiteFilter!) {
    sites(first: $first, offset: $offset, filter: $filter, orderBy: NAME_ASC) {
      nodes {
        ...SiteFields
      }
    }
  }
`)

const countDocument = graphql(`
  query SiteCount($filter: SiteFilter!) {
    sites(first: 1, filter: $filter) {
      totalCount
    }
  }
`)

const siteDocument = graphql(`
  query SiteDetail($id: ID!) {
    site(id: $id) {
      ...SiteFields
    }
  }
`)

const deletedDocument = graphql(`
  query DeletedSite($filter: SiteFilter!) {
    sites(first: 1, filter: $filter) {
      nodes {
        id
        name
        deletedAt
      }
    }
  }
`)

export type Site = SiteFieldsFragment

/** What the list of sites shows. It stands in the address. */
export interface SiteList {
  search: string
  /** Whether the deleted sites are listed, and no others. */
  deleted: boolean
}

const filterOf = ({ search, deleted }: SiteList): SiteFilter => ({
  ...(search === '' ? {} : { search }),
  ...(deleted ? { deleted: 'ONLY' } : {}),
})

// No live event tells of sites, so they are asked for again whenever they are shown.
const staleTime = 0

/** One page of the sites that match, by name: the pages before it are not needed. */
export function sitePageQuery(list: SiteList, page: number) {
  return queryOptions({
    queryKey: [...sitesKey, 'page', list, page] as const,
    queryFn: async ({ signal }): Promise<readonly Site[]> => {
      const variables = { first: pageSize, offset: page * pageSize, filter: filterOf(list) }
      return readFragment(siteFragment, (await request(pageDocument, variables, signal)).sites?.nodes ?? [])
    },
    staleTime,
  })
}

/** How many sites match. */
export function siteCountQuery(list: SiteList) {
  return queryOptions({
    queryKey: [...sitesKey, 'count', list] as const,
    queryFn: async ({ signal }) => (await request(countDocument, { filter: filterOf(list) }, signal)).sites?.totalCount ?? 0,
    staleTime,
  })
}

export const siteKey = (id: string) => [...sitesKey, 'site', id] as const

/** A site. Null when the company has no such site. */
export function siteQuery(id: string) {
  return queryOptions({
    queryKey: siteKey(id),
    queryFn: async ({ signal }): Promise<Site | null> =>
      readFragment(siteFragment, (await request(siteDocument, { id }, signal)).site) ?? null,
    staleTime,
  })
}

/** A site that was deleted. Null when there is none with this id. */
export function deletedSiteQuery(id: string) {
  return queryOptions({
    queryKey: [...siteKey(id), 'deleted'] as const,
    queryFn: async ({ signal }) =>
      (await request(deletedDocument, { filter: { ids: [id], deleted: 'ONLY' } }, signal)).sites?.nodes[0] ?? null,
    staleTime,
  })
}
