/** Texts about sites. */
export const sites = {
  site: 'Site',
  none: 'at no site',
  move: 'Move to a site',
  find: 'Find a site',
  movedAt: 'Moved at',
  movedHint: 'Unchanged: now. Of a move that was forgotten, enter when it was.',
  moved: (site: string) => `Moved to ${site}`,
  left: 'The machine is at no site now',
  same: 'The machine is there now.',
}
