import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { pageQuery, pageSize } from '../../features/equipment/pages'
import { siteKey } from '../../features/sites/site-list'
import { graphql } from '../../graphql'

const arrivalsDocument = graphql(`
  query SiteArrivals($first: Int!, $offset: Int!, $filter: EquipmentFilter!) {
    equipmentList(first: $first, offset: $offset, filter: $filter, orderBy: NAME_ASC) {
      nodes {
        id
        siteMoves(first: 1) {
          nodes {
            arrivedAt
            leftAt
          }
        }
      }
    }
  }
`)

const filterOf = (site: string) => ({ site: { in: [site] } })

// No live event tells of moves, so they are asked for again whenever they are shown.
const staleTime = 0

/** A page of the machines that are at a site, by name. Live events keep their status and operator right. */
export function machinesHereQuery(site: string, page: number) {
  return { ...pageQuery({ filter: filterOf(site), order: 'NAME_ASC' }, page), staleTime }
}

/** Since when the machines of a page are at a site, by their ids. */
export function arrivalsQuery(site: string, page: number) {
  return queryOptions({
    queryKey: [...siteKey(site), 'arrivals', page] as const,
    queryFn: async ({ signal }): Promise<Record<string, string>> => {
      const variables = { first: pageSize, offset: page * pageSize, filter: filterOf(site) }
      const { equipmentList } = await request(arrivalsDocument, variables, signal)
      return Object.fromEntries(
        (equipmentList?.nodes ?? []).flatMap(({ id, siteMoves }) =>
          siteMoves.nodes.filter((move) => move.leftAt === null).map((move) => [id, move.arrivedAt]),
        ),
      )
    },
    staleTime,
  })
}
