/** Texts about sites. */
export const sites = {
  site: 'Site',
  none: 'at no site',
  move: 'Move to a site',
  find: 'Find a site',
  noSites: 'The company has no sites yet.',
  movedAt: 'Moved at',
  movedHint: 'Unchanged: now. Of a move that was forgotten, enter when it was.',
  moved: (site: string) => `Moved to ${site}`,
  left: 'The machine is at no site now',
  same: 'The machine is there now.',
  atNoSite: 'At no site',
  unknown: 'A site that is gone',
  chosen: (n: string) => `${n} sites`,
  most: (n: string) => `The ${n} sites with the most machines are shown.`,
}
