import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { PaperFieldsFragment } from '../../graphql/graphql'
import { addDays } from '../../lib/days'
import { detailKey } from '../equipment/detail'
import { workKey } from '../maintenance/work-counts'
import { warnDays } from './validity'

export const paperFragment = graphql(`
  fragment PaperFields on Paper {
    id
    version
    kind
    number
    issuedOn
    validUntil
    note
  }
`)

const papersDocument = graphql(`
  query MachinePapers($id: ID!) {
    equipment(id: $id) {
      papers(first: 100) {
        totalCount
        nodes {
          ...PaperFields
        }
      }
    }
  }
`)

const expiringDocument = graphql(`
  query ExpiringPapers($first: Int!, $filter: PaperFilter!) {
    papers(first: $first, filter: $filter) {
      totalCount
      nodes {
        ...PaperFields
        equipment {
          id
          name
          category
        }
      }
    }
  }
`)

export type Paper = PaperFieldsFragment

export const papersKey = (machine: string) => [...detailKey(machine), 'papers'] as const
export const expiringKey = [...workKey, 'papers'] as const

// No live event tells of papers, so they are asked for again whenever they are shown.
const staleTime = 0

/** The papers of a machine, those that expire first first. */
export function papersQuery(machine: string) {
  return queryOptions({
    queryKey: papersKey(machine),
    queryFn: async ({ signal }) => {
      const list = (await request(papersDocument, { id: machine }, signal)).equipment?.papers
      return { total: list?.totalCount ?? 0, rows: readFragment(paperFragment, list?.nodes ?? []) }
    },
    staleTime,
  })
}

/** The first papers of machines in use that have expired or are about to. */
export function expiringQuery(today: string, first: number) {
  const filter = { equipment: { isNull: false }, ownerRetired: false, validUntil: { lte: addDays(today, warnDays) } }
  return queryOptions({
    queryKey: [...expiringKey, today, first] as const,
    queryFn: async ({ signal }) => {
      const { papers: list } = await request(expiringDocument, { first, filter }, signal)
      const rows = (list?.nodes ?? []).map((node) => ({ ...readFragment(paperFragment, node), equipment: node.equipment }))
      return { total: list?.totalCount ?? 0, rows }
    },
    staleTime,
  })
}
