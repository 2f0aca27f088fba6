/** The modules of the pages, each loaded when it is needed, or when a link to it is pointed at. */
export const pages = {
  overview: () => import('../pages/overview/page'),
  list: () => import('../pages/equipment-list/page'),
  detail: () => import('../pages/equipment-detail/page'),
  reliability: () => import('../pages/reliability/page'),
  work: () => import('../pages/work/page'),
  sites: () => import('../pages/sites/page'),
  site: () => import('../pages/site/page'),
}

/** Loads the code of a page that a link leads to. */
export function prefetchPage(page: keyof typeof pages): void {
  pages[page]().catch(() => undefined) // the navigation itself says what is wrong
}
