import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { CreateSiteInput, DeleteSiteInput, RestoreSiteInput, UpdateSiteInput } from '../../graphql/graphql'
import { detailsKey } from '../equipment/detail'
import { Refusal, type UserErrorLike } from '../equipment/user-errors'
import { sitesKey } from './sites'

const createDocument = graphql(`
  mutation CreateSite($input: CreateSiteInput!, $key: String!) {
    createSite(input: $input, idempotencyKey: $key) {
      site {
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

const updateDocument = graphql(`
  mutation UpdateSite($input: UpdateSiteInput!, $key: String!) {
    updateSite(input: $input, idempotencyKey: $key) {
      site {
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

const deleteDocument = graphql(`
  mutation DeleteSite($input: DeleteSiteInput!, $key: String!) {
    deleteSite(input: $input, idempotencyKey: $key) {
      site {
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

const restoreDocument = graphql(`
  mutation RestoreSite($input: RestoreSiteInput!, $key: String!) {
    restoreSite(input: $input, idempotencyKey: $key) {
      site {
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

/** A change of a site, and its idempotency key. */
export type SiteChange = { key: string } & (
  | { how: 'add'; input: CreateSiteInput }
  | { how: 'edit'; input: UpdateSiteInput }
  | { how: 'delete'; input: DeleteSiteInput }
  | { how: 'restore'; input: RestoreSiteInput }
)

/** Adds, edits, deletes and restores sites. Its data is the id of the site. */
export function useChangeSite() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, ...change }: SiteChange) => {
      let payload: { site?: { id: string } | null; errors: readonly UserErrorLike[] } | null | undefined
      if (change.how === 'add') payload = (await request(createDocument, { input: change.input, key })).createSite
      else if (change.how === 'edit') payload = (await request(updateDocument, { input: change.input, key })).updateSite
      else if (change.how === 'delete') payload = (await request(deleteDocument, { input: change.input, key })).deleteSite
      else payload = (await request(restoreDocument, { input: change.input, key })).restoreSite
      if (!payload?.site) throw new Refusal(payload?.errors ?? [])
      return payload.site.id
    },
    onSettled: () => {
      invalidateSoon(client, sitesKey)
      invalidateSoon(client, detailsKey) // machines name their sites
    },
  })
}
