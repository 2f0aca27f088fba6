import { graphql } from '../graphql'
import { request } from './request'

const sessionDocument = graphql(`
  query EnsureSession {
    viewer {
      id
    }
  }
`)

/** Resolves once the session is accepted: one that has ended asks for the password first. */
export async function ensureSession(): Promise<void> {
  await request(sessionDocument)
}
