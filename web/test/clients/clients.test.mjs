// The code generators that clients use accept the schema, and what they generate
// compiles: graphql-codegen's client preset, relay-compiler, genqlient.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const here = import.meta.dirname
const root = join(here, '../../..')
const sdl = execFileSync(join(root, 'bin/server'), ['schema'], { encoding: 'utf8' })
const folder = mkdtempSync(join(tmpdir(), 'fleet-clients-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A folder with the schema and the operations, and the packages of this test. */
function project(name) {
  const dir = join(folder, name)
  mkdirSync(dir)
  writeFileSync(join(dir, 'schema.graphql'), sdl)
  writeFileSync(join(dir, 'package.json'), '{"type": "module"}')
  cpSync(join(here, 'operations.graphql'), join(dir, 'operations.graphql'))
  symlinkSync(join(here, 'node_modules'), join(dir, 'node_modules'))
  return dir
}

/** Runs a program, and fails with all that it has printed. */
function run(dir, file, ...args) {
  try {
    return execFileSync(file, args, { cwd: dir, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, FORCE_COLOR: '0' } })
  } catch (err) {
    throw new Error(`${file} ${args.join(' ')}\n${err.stdout}\n${err.stderr}`, { cause: err })
  }
}
const bin = (name) => join(here, 'node_modules/.bin', name)

test("graphql-codegen's client preset, strict TypeScript", () => {
  const dir = project('codegen')
  writeFileSync(
    join(dir, 'codegen.json'),
    JSON.stringify({
      schema: 'schema.graphql',
      documents: 'operations.graphql',
      generates: {
        'gql/': {
          preset: 'client',
          config: {
            strictScalars: true,
            useTypeImports: true,
            scalars: { Date: 'string', DateTime: 'string', Decimal: 'string' },
          },
        },
      },
    }),
  )
  run(dir, bin('graphql-codegen'), '--config', 'codegen.json')
  writeFileSync(
    join(dir, 'use.ts'),
    `import { CreateMachineDocument, type CreateMachineMutationVariables, MachinesDocument } from './gql/graphql'
import type { ResultOf } from '@graphql-typed-document-node/core'
const variables: CreateMachineMutationVariables = { input: { name: 'Crane 7', category: 'Mobile crane', cost: '84500.00' } }
export function names(data: ResultOf<typeof MachinesDocument>): string[] {
  return (data.equipmentList?.edges ?? []).map((edge) => edge.cursor)
}
export const both = [CreateMachineDocument, variables] as const
`,
  )
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'preserve', '--target', 'es2022']
  run(dir, bin('tsc'), ...options, 'use.ts')
})

test('relay-compiler, with a connection that is paged', () => {
  const dir = project('relay')
  mkdirSync(join(dir, 'src'))
  writeFileSync(
    join(dir, 'src/Machines.ts'),
    `import { graphql } from 'relay-runtime'
graphql\`
  query MachinesQuery($first: Int!, $after: String) {
    ...Machines_list @arguments(first: $first, after: $after)
  }
\`
graphql\`
  fragment Machines_list on Query
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "MachinesPageQuery") {
    equipmentList(first: $first, after: $after) @connection(key: "Machines_equipmentList") {
      edges {
        node {
          ...Machines_machine
        }
      }
    }
  }
\`
graphql\`
  fragment Machines_machine on Equipment @refetchable(queryName: "MachineQuery") {
    name
    status
  }
\`
graphql\`
  mutation MachinesDeleteMutation($input: DeleteEquipmentInput!, $connections: [ID!]!) {
    deleteEquipment(input: $input) {
      deletedId @deleteEdge(connections: $connections)
      errors {
        code
        message
      }
    }
  }
\`
graphql\`
  subscription MachinesSubscription {
    dashboardStats {
      totalEquipment
    }
  }
\`
`,
  )
  const config = { src: './src', schema: './schema.graphql', language: 'typescript', eagerEsModules: true }
  writeFileSync(join(dir, 'relay.config.json'), JSON.stringify(config))
  run(dir, process.execPath, join(here, 'node_modules/relay-compiler/cli.js'), 'relay.config.json')
  const page = readFileSync(join(dir, 'src/__generated__/MachinesPageQuery.graphql.ts'), 'utf8')
  assert.match(page, /"filters": null|"filters":null/)
})

test('genqlient, compiled', () => {
  const dir = project('genqlient')
  for (const [from, to] of [
    ['tools.mod', 'go.mod'],
    ['tools.sum', 'go.sum'],
  ]) {
    cpSync(join(root, '.ci', from), join(dir, to))
  }
  writeFileSync(
    join(dir, 'genqlient.yaml'),
    `schema: schema.graphql
operations: [operations.graphql]
generated: generated.go
package: clients
optional: pointer
bindings:
  Date: { type: string }
  DateTime: { type: time.Time }
  Decimal: { type: string }
`,
  )
  rmSync(join(dir, 'node_modules')) // not a Go package
  run(dir, 'go', 'tool', 'genqlient', 'genqlient.yaml')
  run(dir, 'go', 'vet', '.')
})
