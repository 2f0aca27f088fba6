import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { MoveEquipmentInput, SiteFilter } from '../../graphql/graphql'
import { refreshLists } from '../equipment/cache'
import { detailKey } from '../equipment/detail'
import { Refusal } from '../equipment/user-errors'

const sitesDocument = graphql(`
  query FindSites($filter: SiteFilter!) {
    sites(first: 20, filter: $filter) {
      nodes {
        id
        name
        code
      }
    }
  }
`)

const moveDocument = graphql(`
  mutation MoveEquipment($input: MoveEquipmentInput!, $key: String!) {
    moveEquipment(input: $input, idempotencyKey: $key) {
      equipment {
        id
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

export const sitesKey = ['sites'] as const

/** Sites by a part of their name, code or address. */
export function sitesQuery(search: string) {
  const filter: SiteFilter = search === '' ? {} : { search }
  return queryOptions({
    queryKey: [...sitesKey, 'find', filter] as const,
    queryFn: async ({ signal }) => (await request(sitesDocument, { filter }, signal)).sites?.nodes ?? [],
    staleTime: 0, // no live event tells of sites
  })
}

/** Moves a machine to a site, or away from the one where it is. */
export function useMoveMachine() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ input, key }: { input: MoveEquipmentInput; key: string }) => {
      const { moveEquipment: payload } = await request(moveDocument, { input, key })
      if (!payload?.equipment) throw new Refusal(payload?.errors ?? [])
    },
    onSettled: (_data, _error, { input }) => {
      invalidateSoon(client, detailKey(String(input.equipmentId)))
      refreshLists(client)
      invalidateSoon(client, sitesKey)
    },
  })
}
