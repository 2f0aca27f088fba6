import type { Storage } from '@graphiql/toolkit'

/** What GraphiQL wants to keep of a tab, and of an entry of its history. */
interface Kept {
  query?: string | null
  variables?: string | null
  headers?: string | null
  response?: string | null
}

/** Keys of GraphiQL whose values are headers or variables alone. */
const neverKept = ['graphiql:headers', 'graphiql:variables', 'graphiql:shouldPersistHeaders']

/** An access token, as the server makes them. */
const token = /fleet_pat_\w+/g
/** A string literal of a password or another secret. */
const secret = /(\w*(?:password|secret|token)\w*\s*:\s*)(?:"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*(?:"|$|(?=\n)))/gi

/** Returns the text of a document without the secrets that were written into it. */
export function withoutSecrets(text: string): string {
  return text.replace(secret, '$1""').replace(token, '')
}

/** A member of JSON with a secret. */
const secretVariable = /"[^"\n]*(?:password|secret|token)[^"\n]*"\s*:\s*"[^"\n]/i

/** Reports whether a document or its variables have a secret that must not be saved for others. */
export function hasSecrets(document: string, variables: string): boolean {
  return withoutSecrets(document) !== document || withoutSecrets(variables) !== variables || secretVariable.test(variables)
}

function sanitized<T extends Kept>(kept: T): T {
  return { ...kept, query: kept.query && withoutSecrets(kept.query), variables: null, headers: null, response: null }
}

/** Returns the part of a value that may be kept, or null if nothing may be. */
function keepable(key: string, value: string): string | null {
  if (neverKept.includes(key)) return null
  try {
    switch (key) {
      case 'graphiql:query':
        return withoutSecrets(value)
      case 'graphiql:tabState': {
        const state = JSON.parse(value) as { tabs: Kept[] }
        return JSON.stringify({ ...state, tabs: state.tabs.map(sanitized) })
      }
      case 'graphiql:queries':
      case 'graphiql:favorites': {
        const name = key.slice('graphiql:'.length)
        const histories = JSON.parse(value) as Record<string, Kept[] | undefined>
        return JSON.stringify({ [name]: (histories[name] ?? []).map(sanitized) })
      }
      default:
        return withoutSecrets(value) // the theme, the width of a pane
    }
  } catch {
    return null // not written by GraphiQL
  }
}

/**
 * GraphiQL's storage. The browser keeps the documents, never headers, variables or
 * answers, which may have access tokens and passwords: these live as long as the page.
 */
export class DocumentStorage implements Storage {
  private readonly memory = new Map<string, string>()

  /** Removes what earlier versions have kept and reads the rest. */
  constructor(private readonly browser: globalThis.Storage) {
    for (const key of this.keys()) {
      const value = browser.getItem(key)
      if (value !== null) this.setItem(key, keepable(key, value) ?? '')
    }
  }

  private keys(): string[] {
    return Object.keys(this.browser).filter((key) => key.startsWith('graphiql:'))
  }

  get length(): number {
    return this.memory.size
  }

  getItem(key: string): string | null {
    return this.memory.get(key) ?? null
  }

  setItem(key: string, value: string): void {
    this.memory.set(key, value)
    const kept = keepable(key, value)
    if (kept) this.browser.setItem(key, kept)
    else this.browser.removeItem(key)
  }

  removeItem(key: string): void {
    this.memory.delete(key)
    this.browser.removeItem(key)
  }

  clear(): void {
    this.memory.clear()
    for (const key of this.keys()) this.browser.removeItem(key)
  }
}
