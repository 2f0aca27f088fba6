// Compares the schema of bin/server with that of the last release. Changes that
// break clients must be written down in docs/schema/breaking-changes.txt, a line
// each, as this prints them. `make release-schema` takes the present schema as
// that of the release.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSchema, findBreakingChanges } from 'graphql'

const root = join(import.meta.dirname, '../../..')
const released = join(root, 'docs/schema/released.graphqls')
const accepted = join(root, 'docs/schema/breaking-changes.txt')
const heading = `# Changes since the last release that break clients, a line each, as the test prints them.
# docs/design.md tells the reasons.
`

/** The schema that bin/server prints. */
export const present = () => execFileSync(join(root, 'bin/server'), ['schema'], { encoding: 'utf8' })

/** The schema of the last release. */
export const lastRelease = () => readFileSync(released, 'utf8')

/** The breaking changes that are written down. */
export const writtenDown = () =>
  readFileSync(accepted, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

/** Describes each change from one schema to another that breaks clients. */
export const breaking = (before, now) =>
  findBreakingChanges(buildSchema(before), buildSchema(now)).map((change) => `${change.type}: ${change.description}`)

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(released, present())
  writeFileSync(accepted, heading)
}
