import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types and documents of the client, from the SDL of the server and the operations beside the components. */
const config: CodegenConfig = {
  schema: ['../schema.graphqls', '../graph/*.graphqls'],
  documents: ['src/**/*.{ts,tsx}', '!src/graphql/**'],
  generates: {
    'src/graphql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'readFragment' } },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        skipTypename: true,
        scalars: { Decimal: 'string', DateTime: 'string', Date: 'string' },
      },
    },
  },
}

export default config
