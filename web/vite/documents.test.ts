import { expect, test } from 'vitest'
import { inline, textsOf } from './documents.ts'

const generated =
  'export const RowFragmentDoc = new TypedDocumentString(`fragment Row on A { id }`, {});\n' +
  'export const RowsDocument = new TypedDocumentString(`query Rows($n: Int) { rows(n: $n) { ...Row } }\nfragment Row on A { id }`);\n'

test('a call of graphql becomes the text of its document, with the fragments', () => {
  const texts = textsOf(generated)
  const code = 'const d = graphql(`\n  query Rows($n: Int) { rows(n: $n) { ...Row } }\n`)\nconst f = graphql(`fragment Row on A { id }`)'
  expect(inline(code, texts)).toBe('const d = "query Rows($n: Int) { rows(n: $n) { ...Row } }\\nfragment Row on A { id }"\nconst f = \'\'')
})

test('a document that was not generated fails the build', () => {
  expect(() => inline('graphql(`query Others { rows { id } }`)', textsOf(generated))).toThrow('npm run generate')
})
