import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql } from '../../graphql'

const workCountsDocument = graphql(`
  query WorkCounts {
    maintenanceSummary(filter: { status: [PLANNED, IN_PROGRESS] }, groupBy: [STATUS]) {
      status
      records
    }
  }
`)

export const workKey = ['work'] as const

/** The numbers of open work. */
export function workCountsQuery() {
  return queryOptions({
    queryKey: [...workKey, 'counts'] as const,
    queryFn: async ({ signal }) => {
      const { maintenanceSummary: groups } = await request(workCountsDocument, {}, signal)
      const of = (status: string) => groups?.find((g) => g.status === status)?.records ?? 0
      return { planned: of('PLANNED'), inProgress: of('IN_PROGRESS') }
    },
  })
}
