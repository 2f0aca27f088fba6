import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const folder = new URL('../src/graphql/', import.meta.url)
const registry = fileURLToPath(new URL('gql.ts', folder))

const call = /\bgraphql\(`([^`]*)`\)/g
const operation = /\b(?:query|mutation|subscription) (\w+)/

/** Returns the texts of generated documents, with their fragments, by the names of their operations. */
export function textsOf(generated: string): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [, text = ''] of generated.matchAll(/new TypedDocumentString\(`([^`]*)`/g)) {
    const name = operation.exec(text)?.[1]
    if (name !== undefined) texts.set(name, text)
  }
  return texts
}

/** Puts the texts of documents in the place of calls of graphql. A fragment alone is never sent, and needs none. */
export function inline(code: string, texts: ReadonlyMap<string, string>): string {
  return code.replace(call, (_all, source: string) => {
    const name = operation.exec(source)?.[1]
    if (name === undefined) return "''"
    const text = texts.get(name)
    if (text === undefined) throw new Error(`the operation ${name} is not generated: npm run generate`)
    return JSON.stringify(text)
  })
}

/**
 * Gives each chunk the documents that it sends, and no others. The registry that is generated
 * for graphql() has every document of the client, and would be part of the first download.
 */
export function documents(): Plugin {
  let texts: ReadonlyMap<string, string> = new Map()
  let sources = ''
  return {
    name: 'documents',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      texts = textsOf(readFileSync(new URL('graphql.ts', folder), 'utf8'))
      sources = readFileSync(registry, 'utf8')
    },
    load: (id) => (id === registry ? 'export function graphql() { throw new Error("a document is not inlined") }' : null),
    transform(code, id) {
      if (id === registry || !/\.tsx?$/.test(id) || !code.includes('graphql(`')) return null
      for (const [, source] of code.matchAll(call)) {
        if (!sources.includes(JSON.stringify(source))) this.error(`a document of ${id} was changed: npm run generate`)
      }
      return { code: inline(code, texts), map: null }
    },
  }
}
