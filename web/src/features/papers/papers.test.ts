import { expect, test } from 'vitest'
import { paperChanges, paperForm, paperProblems, paperValues } from './paper-form'
import { validityOf } from './validity'

test('a paper is valid on its last day, and about to expire 30 days before it', () => {
  const today = '2026-11-28'
  expect(validityOf('2026-11-27', today)).toEqual({ validity: 'expired', days: 1 })
  expect(validityOf('2026-11-28', today)).toEqual({ validity: 'soon', days: 0 })
  expect(validityOf('2026-12-28', today)).toEqual({ validity: 'soon', days: 30 })
  expect(validityOf('2026-12-29', today)).toEqual({ validity: 'valid', days: 31 })
})

const paper = {
  id: 'paper_1',
  version: 2,
  kind: 'INSURANCE' as const,
  number: 'P 12',
  issuedOn: null,
  validUntil: '2026-11-28',
  note: 'with the broker',
}

test('a paper needs its last day, and is issued before it', () => {
  const form = { ...paperForm(null), kind: 'LICENCE' as const, number: ' 7 ', validUntil: '2026-11-28', issuedOn: '2026-11-28' }
  expect(paperProblems(form)).toEqual({})
  expect(paperValues(form)).toEqual({ kind: 'LICENCE', number: '7', issuedOn: '2026-11-28', validUntil: '2026-11-28', note: null })
  expect(paperProblems({ ...form, validUntil: '2026-11-27' })).toEqual({ issuedOn: 'order' })
  expect(paperProblems({ ...form, validUntil: '' })).toEqual({ validUntil: 'required' })
})

test('a renewal sends what was changed alone', () => {
  const start = paperForm(paper)
  expect(paperChanges(start, start)).toEqual({})
  expect(paperChanges({ ...start, validUntil: '2027-11-28' }, start)).toEqual({ validUntil: '2027-11-28' })
  expect(paperChanges({ ...start, note: ' ', kind: 'OTHER' }, start)).toEqual({ kind: 'OTHER', note: null })
})
