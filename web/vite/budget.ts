import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

type Chunk = Rolldown.OutputChunk
type Bundle = Rolldown.OutputBundle

const kB = 1000

/** The most that pages may load, compressed by gzip, in bytes. */
export const limits = { dashboard: 160 * kB, route: 100 * kB, css: 30 * kB }

const entry = 'index.html'
const dashboard = 'src/pages/overview/page.tsx'
const routes = /src\/pages\/[^/]+\/page\.tsx$/

/** Returns the names of a chunk and of everything that it imports at once. */
function closure(bundle: Bundle, name: string, into = new Set<string>()): Set<string> {
  const chunk = bundle[name]
  if (into.has(name) || chunk?.type !== 'chunk') return into
  into.add(name)
  for (const next of chunk.imports) closure(bundle, next, into)
  return into
}

const sizeOf = (content: string | Uint8Array) => gzipSync(content, { level: 9 }).length

export interface Sizes {
  dashboard: number
  /** What each route loads beyond the frame of every page. */
  routes: Record<string, number>
  css: number
}

/** Measures what the pages of a build load. */
export function measure(bundle: Bundle): Sizes {
  const chunks = Object.values(bundle).filter((c): c is Chunk => c.type === 'chunk')
  const of = (test: (id: string) => boolean) => chunks.find((c) => c.facadeModuleId !== null && test(c.facadeModuleId))
  const bytes = (names: Iterable<string>) => {
    let sum = 0
    for (const name of names) {
      const chunk = bundle[name]
      if (chunk?.type === 'chunk') sum += sizeOf(chunk.code)
    }
    return sum
  }
  const frame = of((id) => id.endsWith(entry))
  const first = of((id) => id.endsWith(dashboard))
  if (!frame || !first) throw new Error('the build lacks the client or its dashboard')
  const shared = closure(bundle, frame.fileName)
  const found: Record<string, number> = {}
  const client = new Set(shared)
  for (const chunk of chunks) {
    if (!chunk.facadeModuleId || !routes.test(chunk.facadeModuleId)) continue
    const all = closure(bundle, chunk.fileName)
    for (const name of all) client.add(name)
    found[chunk.facadeModuleId.replace(/^.*src\/pages\/(.+)\/page\.tsx$/, '$1')] = bytes([...all].filter((name) => !shared.has(name)))
  }
  const styles = new Set<string>()
  for (const name of client) {
    const chunk = bundle[name]
    if (chunk?.type === 'chunk') for (const css of chunk.viteMetadata?.importedCss ?? []) styles.add(css)
  }
  let css = 0
  for (const name of styles) {
    const asset = bundle[name]
    if (asset?.type === 'asset') css += sizeOf(asset.source)
  }
  return { dashboard: bytes(closure(bundle, first.fileName, new Set(shared))), routes: found, css }
}

/** Returns what is over its limit, in words. */
export function violations(sizes: Sizes): string[] {
  const over = (what: string, size: number, limit: number) =>
    size > limit ? [`${what}: ${(size / kB).toFixed(1)} kB, at most ${String(limit / kB)} kB`] : []
  return [
    ...over('JavaScript of the dashboard', sizes.dashboard, limits.dashboard),
    ...Object.entries(sizes.routes).flatMap(([route, size]) => over(`JavaScript of ${route} beyond the frame`, size, limits.route)),
    ...over('style sheets', sizes.css, limits.css),
  ]
}

/** Fails a build whose pages load more than their limits. */
export function budget(): Plugin {
  return {
    name: 'budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const sizes = measure(bundle)
        const text = (n: number) => `${(n / kB).toFixed(1)} kB`
        const pages = Object.entries(sizes.routes).map(([route, size]) => `${route} +${text(size)}`)
        console.log(`gzip: dashboard ${text(sizes.dashboard)}; ${pages.join(', ')}; css ${text(sizes.css)}`)
        const over = violations(sizes)
        if (over.length > 0) this.error(over.join('\n'))
      },
    },
  }
}
