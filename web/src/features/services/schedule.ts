import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { ScheduleFieldsFragment } from '../../graphql/graphql'
import { historyLine } from '../history/history-list'
import { servicesKey } from './services'

export const scheduleFragment = graphql(`
  fragment ScheduleFields on ServiceSchedule {
    id
    version
    createdAt
    title
    kind
    category
    manufacturer
    model
    intervalDays
    intervalHours
    recurrence
    lastDoneOn
    lastDoneHours
    firstDueOn
    firstDueHours
    leadDays
    leadHours
    estimatedCost
    estimatedHours
    pauses {
      from
      to
    }
  }
`)

const scheduleDocument = graphql(`
  query ScheduleDetail($id: ID!) {
    serviceSchedule(id: $id) {
      ...ScheduleFields
    }
  }
`)

const historyDocument = graphql(`
  query ScheduleHistory($id: ID!, $first: Int!) {
    serviceSchedule(id: $id) {
      history(first: $first) {
        nodes {
          ...HistoryLine
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`)

export type ScheduleDetail = ScheduleFieldsFragment

/** A schedule as its form is opened with it: asked for once each time, so that no refresh changes what is being edited. */
export function scheduleQuery(id: string) {
  return queryOptions({
    queryKey: ['serviceSchedule', id] as const,
    queryFn: async ({ signal }): Promise<ScheduleDetail | null> =>
      readFragment(scheduleFragment, (await request(scheduleDocument, { id }, signal)).serviceSchedule) ?? null,
    staleTime: Infinity,
    gcTime: 0,
  })
}

/** What was changed in a schedule that applies to a machine, newest first. */
export function scheduleHistoryQuery(machine: string, id: string, first: number) {
  return queryOptions({
    queryKey: [...servicesKey(machine), 'history', id, first] as const,
    queryFn: async ({ signal }) => {
      const list = (await request(historyDocument, { id, first }, signal)).serviceSchedule?.history
      return { entries: readFragment(historyLine, list?.nodes ?? []), hasMore: list?.pageInfo.hasNextPage ?? false }
    },
    staleTime: 0, // no live event tells of schedules
  })
}
