import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { soonDays } from '../../features/equipment/due'
import { workKey } from '../../features/maintenance/work-counts'
import { graphql, readFragment } from '../../graphql'
import type { MaintenanceRecordFilter, MaintenanceRecordOrder, WorkRowFragment } from '../../graphql/graphql'
import { addDays } from '../../lib/days'

export const workRowFragment = graphql(`
  fragment WorkRow on MaintenanceRecord {
    id
    version
    kind
    status
    maintenanceDate
    description
    performedBy
    downFrom
    downTo
    equipment {
      id
      name
      category
      assignedOperator {
        firstName
        lastName
      }
    }
  }
`)

const workDocument = graphql(`
  query Work($first: Int!, $offset: Int, $filter: MaintenanceRecordFilter!, $orderBy: MaintenanceRecordOrder!) {
    maintenanceRecords(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {
      totalCount
      nodes {
        ...WorkRow
      }
    }
  }
`)

export type WorkRow = WorkRowFragment
export type SectionKey = 'overdue' | 'progress' | 'week' | 'later'

interface Section {
  filter: MaintenanceRecordFilter
  orderBy: MaintenanceRecordOrder
}

/** The parts of the open work, most urgent first. */
export function sections(today: string): Record<SectionKey, Section> {
  const soon = addDays(today, soonDays)
  return {
    overdue: { filter: { status: ['PLANNED'], maintenanceDate: { lt: today } }, orderBy: 'MAINTENANCE_DATE_ASC' },
    progress: { filter: { status: ['IN_PROGRESS'] }, orderBy: 'MAINTENANCE_DATE_ASC' },
    week: { filter: { status: ['PLANNED'], maintenanceDate: { gte: today, lte: soon } }, orderBy: 'MAINTENANCE_DATE_ASC' },
    later: { filter: { status: ['PLANNED'], maintenanceDate: { gt: soon } }, orderBy: 'MAINTENANCE_DATE_ASC' },
  }
}

/** Open work of a part, the first rows of it. */
export function workQuery({ filter, orderBy }: Section, first: number) {
  return queryOptions({
    queryKey: [...workKey, 'list', filter, orderBy, first] as const,
    queryFn: async ({ signal }) => {
      const { maintenanceRecords: list } = await request(workDocument, { first, filter, orderBy }, signal)
      return { total: list?.totalCount ?? 0, rows: readFragment(workRowFragment, list?.nodes ?? []) }
    },
  })
}

const calendarPage = 100
const calendarMost = 1000

/** The work of the days of a calendar, all of it up to a thousand. */
export function calendarQuery(from: string, to: string) {
  const filter: MaintenanceRecordFilter = { status: ['PLANNED', 'IN_PROGRESS', 'COMPLETED'], maintenanceDate: { gte: from, lte: to } }
  return queryOptions({
    queryKey: [...workKey, 'calendar', from, to] as const,
    queryFn: async ({ signal }) => {
      const page = async (offset: number) => {
        const variables = { first: calendarPage, offset, filter, orderBy: 'MAINTENANCE_DATE_ASC' as const }
        const { maintenanceRecords: list } = await request(workDocument, variables, signal)
        return { total: list?.totalCount ?? 0, rows: readFragment(workRowFragment, list?.nodes ?? []) }
      }
      const { total, rows } = await page(0)
      const offsets: number[] = []
      for (let at = calendarPage; at < Math.min(total, calendarMost); at += calendarPage) offsets.push(at)
      const rest = await Promise.all(offsets.map(page))
      return { total, rows: [...rows, ...rest.flatMap((r) => r.rows)] }
    },
  })
}
