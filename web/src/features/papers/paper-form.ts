import type { CreatePaperInput, PaperFieldsFragment, PaperKind } from '../../graphql/graphql'

export const paperKinds: readonly PaperKind[] = ['INSPECTION', 'INSURANCE', 'REGISTRATION', 'LICENCE', 'OTHER']
export const paperFields = ['kind', 'number', 'issuedOn', 'validUntil', 'note'] as const
export type PaperField = (typeof paperFields)[number]

/** The form of a paper, as it is typed. */
export type PaperForm = Record<Exclude<PaperField, 'kind'>, string> & { kind: PaperKind }

/** Returns the form of a paper; without one that of a new paper. */
export function paperForm(paper: PaperFieldsFragment | null): PaperForm {
  return {
    kind: paper?.kind ?? 'INSPECTION',
    number: paper?.number ?? '',
    issuedOn: paper?.issuedOn ?? '',
    validUntil: paper?.validUntil ?? '',
    note: paper?.note ?? '',
  }
}

export type PaperProblem = 'required' | 'order'

/** Returns what is wrong with a form, by field. */
export function paperProblems({ issuedOn, validUntil }: PaperForm): Partial<Record<PaperField, PaperProblem>> {
  if (validUntil === '') return { validUntil: 'required' }
  return issuedOn > validUntil ? { issuedOn: 'order' } : {}
}

/** Returns the values of a form; what is empty is null. */
export function paperValues(form: PaperForm): Omit<CreatePaperInput, 'equipmentId' | 'operatorId'> {
  const { kind, issuedOn, validUntil } = form
  return { kind, number: form.number.trim() || null, issuedOn: issuedOn || null, validUntil, note: form.note.trim() || null }
}

/** Returns the values of a form that differ from those with which it was opened: what others changed meanwhile stays. */
export function paperChanges(form: PaperForm, start: PaperForm): Partial<ReturnType<typeof paperValues>> {
  const values = paperValues(form)
  return Object.fromEntries(Object.entries(values).filter(([field]) => form[field as PaperField] !== start[field as PaperField]))
}
