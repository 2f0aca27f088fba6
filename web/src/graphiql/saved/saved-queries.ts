import { readFragment } from '../../graphql'
import type { SavedQueriesQuery, SavedQueryFieldsFragment, SavedQueryVersionsQuery } from '../../graphql/graphql'
import { request, RequestError } from '../request'
import * as documents from './documents'

export type SavedQuery = Omit<SavedQueryFieldsFragment, ' $fragmentName'>
export type Listed = NonNullable<SavedQueriesQuery['savedQueries']>['nodes'][number]
export type Version = NonNullable<SavedQueryVersionsQuery['savedQuery']>['versions']['nodes'][number]

/** What a user enters of a saved query. */
export interface Entered {
  name: string
  description: string
}

/** What a tab has. */
export interface Texts {
  document: string
  variables: string
}

/** The saved query was changed by another user since it was read. */
export class ChangedMeanwhile extends Error {
  constructor(readonly current: SavedQuery) {
    super(`${current.changedBy?.name ?? 'Another user'} has changed it meanwhile: it is at version ${String(current.version)} now.`)
    this.name = 'ChangedMeanwhile'
  }
}

interface Payload<T> {
  savedQuery: T | null
  errors: readonly { message: string; reason: string }[]
}

/** Returns the saved query of a payload, or throws the reason why nothing was changed. */
function result<T>(payload: Payload<T> | null): T {
  const error = payload?.errors[0]
  if (error) throw new RequestError(error.reason, error.message)
  if (!payload?.savedQuery) throw new RequestError('INTERNAL', 'the server has sent no saved query')
  return payload.savedQuery
}

/** Returns the first hundred saved queries that match a search, by name, and the user of the request. */
export async function listSaved(search: string) {
  const { viewer, savedQueries } = await request(documents.savedQueriesDocument, { filter: search.trim() === '' ? null : { search } })
  return { viewer, total: savedQueries?.totalCount ?? 0, queries: savedQueries?.nodes ?? [] }
}

/** Returns a saved query; null when the company of the user has none with this id. */
export async function readSaved(id: string): Promise<SavedQuery | null> {
  const { savedQuery } = await request(documents.savedQueryDocument, { id })
  return readFragment(documents.savedQueryFields, savedQuery)
}

/** Returns the last versions of a saved query, newest first. */
export async function readVersions(id: string): Promise<readonly Version[]> {
  const { savedQuery } = await request(documents.versionsDocument, { id })
  return savedQuery?.versions.nodes ?? []
}

const texts = ({ document, variables }: Texts) => ({ document, variables: variables.trim() === '' ? null : variables })
const entered = ({ name, description }: Entered) => ({ name, description: description.trim() === '' ? null : description })

/** Saves what a tab has under a name. */
export async function create(name: Entered, tab: Texts): Promise<SavedQuery> {
  const { createSavedQuery } = await request(documents.createDocument, { input: { ...entered(name), ...texts(tab) } })
  return readFragment(documents.savedQueryFields, result(createSavedQuery))
}

/** Changes the texts or the name of a saved query that is at the version which was read, else throws ChangedMeanwhile. */
export async function change({ id, version }: { id: string; version: number }, to: Texts | Entered): Promise<SavedQuery> {
  const input = { savedQueryId: id, expectedVersion: version, ...('name' in to ? entered(to) : texts(to)) }
  const { updateSavedQuery } = await request(documents.updateDocument, { input })
  const error = updateSavedQuery?.errors[0]
  if (error && 'current' in error && error.current && 'id' in error.current) {
    throw new ChangedMeanwhile(readFragment(documents.savedQueryFields, error.current))
  }
  return readFragment(documents.savedQueryFields, result(updateSavedQuery))
}

export async function remove(id: string): Promise<void> {
  const { deleteSavedQuery } = await request(documents.deleteDocument, { input: { savedQueryId: id } })
  const error = deleteSavedQuery?.errors[0]
  if (error) throw new RequestError(error.reason, error.message)
}

export async function restore(id: string): Promise<SavedQuery> {
  const { restoreSavedQuery } = await request(documents.restoreDocument, { input: { savedQueryId: id } })
  return readFragment(documents.savedQueryFields, result(restoreSavedQuery))
}

/** Returns the address that opens a saved query for every user of the company. */
export const linkTo = (id: string) => `${location.origin}/graphiql?saved=${encodeURIComponent(id)}`
