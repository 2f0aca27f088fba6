import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { detailKey } from '../../features/equipment/detail'
import { graphql } from '../../graphql'
import type { StatusPeriodsQuery } from '../../graphql/graphql'
import { place, type Span } from './timeline-data'

const periodsDocument = graphql(`
  query StatusPeriods($id: ID!) {
    equipment(id: $id) {
      statusPeriods(first: 100) {
        nodes {
          status
          since
          until
          user {
            name
          }
        }
      }
    }
  }
`)

type Connection = NonNullable<NonNullable<StatusPeriodsQuery['equipment']>['statusPeriods']>
export type StatusPeriod = Connection['nodes'][number]

/** The periods in which a machine had one status, newest first. */
export function statusPeriodsQuery(id: string) {
  return queryOptions({
    queryKey: [...detailKey(id), 'status-periods'] as const,
    queryFn: async ({ signal }): Promise<readonly StatusPeriod[]> =>
      (await request(periodsDocument, { id }, signal)).equipment?.statusPeriods?.nodes ?? [],
  })
}

export interface StatusSegment {
  key: string
  left: number
  width: number
  period: StatusPeriod
}

/** Returns the periods within the span. The first one has no known beginning, the present one no end. */
export function statusSegments(periods: readonly StatusPeriod[], span: Span): StatusSegment[] {
  return periods.flatMap((period) => {
    const start = period.since === null ? -Infinity : Date.parse(period.since)
    const end = period.until === null ? span.to : Date.parse(period.until)
    if (end < span.from || start > span.to) return []
    const left = place(Math.max(start, span.from), span)
    return [{ key: period.since ?? 'first', left, width: place(end, span) - left, period }]
  })
}
