import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const ours = fileURLToPath(new URL('../src/graphiql/sanitizer.ts', import.meta.url))

/**
 * Gives monaco-editor the DOMPurify of package.json in place of its own copy, which is
 * older than the fixes of known vulnerabilities.
 */
export function sanitizer(): Plugin {
  return {
    name: 'sanitizer',
    enforce: 'pre',
    resolveId: (source, importer) => (/[/\\]dompurify\.js$/.test(source) && importer?.includes('monaco-editor') ? ours : null),
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.moduleIds.some((id) => /monaco-editor.*dompurify\.js$/.test(id)))
          throw new Error(`${chunk.fileName} has monaco-editor's own copy of DOMPurify`)
    },
  }
}
