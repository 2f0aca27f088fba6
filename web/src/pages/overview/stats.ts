import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { FleetStatsFragment, Role } from '../../graphql/graphql'

export const statsFragment = graphql(`
  fragment FleetStats on DashboardStats {
    totalEquipment
    averageCost
    totalValue
    statusCounts {
      status
      count
    }
    computedAt
    sequence
  }
`)

const statsDocument = graphql(`
  query FleetFigures($scope: StatsScope!) {
    dashboardStats(scope: $scope) {
      ...FleetStats
    }
  }
`)

export const statsLiveDocument = graphql(`
  subscription FleetFiguresLive($scope: StatsScope!) {
    dashboardStats(scope: $scope) {
      ...FleetStats
    }
  }
`)

/** Returns the machines that the figures of a role cover: operators see their own. */
export const scopeOf = (role: Role) => (role === 'OPERATOR' ? 'MINE' : 'COMPANY')

export type Stats = FleetStatsFragment

/** Of two figures the newer ones: events may overtake answers. */
export function newer(before: Stats | undefined, after: Stats): Stats {
  return before?.sequence != null && after.sequence != null && before.sequence > after.sequence ? before : after
}

export const statsKey = ['stats'] as const

export function statsQuery(role: Role) {
  return queryOptions({
    queryKey: [...statsKey, scopeOf(role)] as const,
    queryFn: async ({ signal }): Promise<Stats | null> => {
      const { dashboardStats } = await request(statsDocument, { scope: scopeOf(role) }, signal)
      return readFragment(statsFragment, dashboardStats ?? null)
    },
  })
}
