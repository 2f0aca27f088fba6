import type { ComponentType } from 'react'

const reloadedKey = 'fleet:reloaded-for-chunk'
const pause = 400

/**
 * Loads a page. A part that is missing, as after a new version of the server, is
 * asked for once more; then the whole client is loaded again, at most once in
 * five minutes, so that a lasting fault does not reload for ever.
 */
export async function loadPage<T>(
  load: () => Promise<T>,
  reload = () => {
    location.reload()
  },
  now = Date.now(),
): Promise<T> {
  try {
    return await load()
  } catch {
    await new Promise((resolve) => setTimeout(resolve, pause))
    try {
      return await load()
    } catch (error) {
      const last = Number(sessionStorage.getItem(reloadedKey) ?? 0)
      if (now - last < 300_000) throw error
      sessionStorage.setItem(reloadedKey, String(now))
      reload()
      return await new Promise<T>(() => undefined) // the page is going away
    }
  }
}

/** Makes the lazy part of a route from a module that exports the page as Page. */
export function page(load: () => Promise<{ Page: ComponentType }>) {
  return async () => ({ Component: (await loadPage(load)).Page })
}
