// Writes the manifest of the client's documents, by the SHA-256 of their texts, for FLEET_TRUSTED_DOCUMENTS.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('src/graphql/', import.meta.url)
const source = readFileSync(new URL('graphql.ts', folder), 'utf8')
const manifest = {}
for (const [, text] of source.matchAll(/new TypedDocumentString\(`([^`]*)`/g)) {
  if (/\b(query|mutation|subscription) \w/.test(text)) manifest[createHash('sha256').update(text).digest('hex')] = text
}
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(new URL('trusted-documents.json', folder), `${JSON.stringify(sorted, null, 2)}\n`)
