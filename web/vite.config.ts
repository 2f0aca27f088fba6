import react from '@vitejs/plugin-react'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { budget } from './vite/budget.ts'
import { documents } from './vite/documents.ts'
import { precompress } from './vite/precompress.ts'
import { sanitizer } from './vite/sanitizer.ts'

const server = process.env['FLEET_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [sanitizer(), documents(), react(), budget(), precompress()],
  worker: { format: 'es' },
  // The optimizer of the dev server cannot bundle the workers of GraphiQL.
  optimizeDeps: { entries: ['index.html'], exclude: ['graphiql', '@graphiql/react'] },
  server: { proxy: { '/graphql': { target: server, ws: true }, '/export': server, '^/sign-(in|out)': server } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false }, // the polyfill would be an inline script
    assetsInlineLimit: 0, // what is inlined is not cached
    chunkSizeWarningLimit: 8000, // the size of the editor of GraphiQL
    rolldownOptions: {
      // GraphiQL marks its modules for React's compiler and server, which take no part here.
      onLog(level, log, handle) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
      },
      input: ['index', 'graphiql', 'sign-in'].map((page) => resolve(import.meta.dirname, `${page}.html`)),
    },
  },
})
