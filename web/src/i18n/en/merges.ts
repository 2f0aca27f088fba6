import type { ErrorReason } from '../../graphql/graphql'

const plural = (n: number, one: string, other: string) => (n === 1 ? one : other)

/** Texts about machines that were entered twice. They are loaded with the page of a machine, not with the frame. */
export const merges = {
  action: 'Merge with a duplicate',
  title: 'Merge with a duplicate',
  text: 'For a machine that was entered twice, for example by hand and by an import.',
  other: 'The other entry of the same machine',
  which: 'Entry that stays',
  compared: 'Both entries',
  stays: 'Stays',
  goes: 'Is deleted',
  meter: 'Last reading, h',
  moves: (goes: string, stays: string) =>
    `All work, meters with their readings, assignments, plans, moves to sites, papers and service schedules of ${goes} move to ${stays}. ${goes} is deleted after that.`,
  keeps: (stays: string) => `${stays} keeps its values: none is taken over from the other entry. Edit it if one of them is better.`,
  undoable: 'The merge can be taken back: at once, or later on the page of the deleted entry.',
  merge: 'Merge',
  merged: (goes: string, stays: string, n: number, text: string) =>
    `${goes} merged into ${stays}: ${plural(n, '1 entry moved', `${text} entries moved`)}`,
  /** Reasons of the server in other words; those that are missing are shown as the server gives them. */
  conflicts: {} as Partial<Record<ErrorReason, string>>,
  isMerged: (stays: string) => `It was merged into ${stays}, which has all that belonged to it.`,
  showStays: 'To that machine',
  undo: 'Take the merge back',
  undone: (name: string) => `${name} is an entry of its own again`,
}
