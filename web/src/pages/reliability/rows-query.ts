import { infiniteQueryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { ReliabilityRowsQueryVariables } from '../../graphql/graphql'
import { figureNames, filterOfScope, type FigureName } from './kpi-query'
import type { Scope } from './scope'

const kpiRows = graphql(`
  fragment KpiRows on Kpi {
    contributingRecords(first: 50, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        kind
        status
        maintenanceDate
        description
        cost
        downFrom
        downTo
        equipment {
          id
          name
        }
      }
    }
  }
`)

const rowsDocument = graphql(`
  query ReliabilityRows(
    $from: Date!
    $to: Date!
    $filter: EquipmentFilter
    $after: String
    $calendarAvailability: Boolean!
    $inherentAvailability: Boolean!
    $failures: Boolean!
    $stoppingFailures: Boolean!
    $meanUpTimeBetweenFailures: Boolean!
    $meanOperatingTimeBetweenFailures: Boolean!
    $meanTimeToRestoration: Boolean!
    $medianTimeToRestoration: Boolean!
    $p90TimeToRestoration: Boolean!
    $meanDownTime: Boolean!
    $medianDownTime: Boolean!
    $p90DownTime: Boolean!
    $maintenanceCostPerHour: Boolean!
    $labourCostPerHour: Boolean!
    $partsCostPerHour: Boolean!
    $costToReplacementValue: Boolean!
    $plannedShare: Boolean!
    $backlog: Boolean!
    $overdue: Boolean!
  ) {
    kpis(from: $from, to: $to, filter: $filter) {
      calendarAvailability @include(if: $calendarAvailability) {
        ...KpiRows
      }
      inherentAvailability @include(if: $inherentAvailability) {
        ...KpiRows
      }
      failures @include(if: $failures) {
        ...KpiRows
      }
      stoppingFailures @include(if: $stoppingFailures) {
        ...KpiRows
      }
      meanUpTimeBetweenFailures @include(if: $meanUpTimeBetweenFailures) {
        ...KpiRows
      }
      meanOperatingTimeBetweenFailures @include(if: $meanOperatingTimeBetweenFailures) {
        ...KpiRows
      }
      meanTimeToRestoration @include(if: $meanTimeToRestoration) {
        ...KpiRows
      }
      medianTimeToRestoration @include(if: $medianTimeToRestoration) {
        ...KpiRows
      }
      p90TimeToRestoration @include(if: $p90TimeToRestoration) {
        ...KpiRows
      }
      meanDownTime @include(if: $meanDownTime) {
        ...KpiRows
      }
      medianDownTime @include(if: $medianDownTime) {
        ...KpiRows
      }
      p90DownTime @include(if: $p90DownTime) {
        ...KpiRows
      }
      maintenanceCostPerHour @include(if: $maintenanceCostPerHour) {
        ...KpiRows
      }
      labourCostPerHour @include(if: $labourCostPerHour) {
        ...KpiRows
      }
      partsCostPerHour @include(if: $partsCostPerHour) {
        ...KpiRows
      }
      costToReplacementValue @include(if: $costToReplacementValue) {
        ...KpiRows
      }
      plannedShare @include(if: $plannedShare) {
        ...KpiRows
      }
      backlog @include(if: $backlog) {
        ...KpiRows
      }
      overdue @include(if: $overdue) {
        ...KpiRows
      }
    }
  }
`)

type Flags = Pick<ReliabilityRowsQueryVariables, FigureName>

/** The records that a figure is computed from, newest first, page by page. */
export function rowsQuery(scope: Scope, figure: FigureName) {
  return infiniteQueryOptions({
    queryKey: ['kpis', 'rows', scope.from, scope.to, scope.category, figure] as const,
    queryFn: async ({ pageParam, signal }) => {
      const flags = Object.fromEntries(figureNames.map((name) => [name, name === figure])) as Flags
      const window = { from: scope.from, to: scope.to, filter: filterOfScope(scope), after: pageParam }
      const { kpis } = await request(rowsDocument, { ...window, ...flags }, signal)
      const found = readFragment(kpiRows, kpis?.[figure])
      if (!found) throw new Error('no rows')
      return found.contributingRecords
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
  })
}
