import { RequestError } from '../request'

/** The page says this when a link leads to no saved query that the user may open. */
export const noSuchQuery =
  'Your company has no saved query with this link. It was deleted, or it belongs to another company: ask the person who sent the link.'

export const secrets =
  'The document or its variables have a password, a secret or an access token, which everyone who opens the query would see. Remove it before you save.'

/** Returns why something failed, for people. */
export function messageOf(error: unknown): string {
  if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') return 'Sign in to see the saved queries of your company.'
  if (error instanceof RequestError) return `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`
  return error instanceof Error ? error.message : String(error)
}
