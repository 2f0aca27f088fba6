import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import type { AggregateOrder, MaintenanceRecordFilter, WorkBreakdownQuery } from '../../graphql/graphql'
import { figureTimes } from './kpi-query'
import { windowBefore, type Grouping, type Scope, type Sort } from './scope'

const breakdownDocument = graphql(`
  query WorkBreakdown($filter: MaintenanceRecordFilter!, $groupBy: [AggregateDimension!]!, $orderBy: [AggregateOrder!]!, $first: Int!) {
    maintenanceAggregates(filter: $filter, groupBy: $groupBy, orderBy: $orderBy, first: $first) {
      keys {
        value
        label
      }
      count
      cost {
        sum
        average
        missing
      }
      labourHours {
        sum
        count
      }
      downtimeHours {
        sum
        count
      }
    }
  }
`)

export type Group = NonNullable<WorkBreakdownQuery['maintenanceAggregates']>[number]

/** The groups that the table shows. A filter takes at most a hundred values, and a file has all groups. */
export const mostGroups = 50

const orders: Record<Sort, AggregateOrder> = {
  cost: { number: 'COST', figure: 'SUM' },
  records: { figure: 'COUNT' },
  labour: { number: 'LABOUR_HOURS', figure: 'SUM' },
  downtime: { number: 'DOWNTIME_HOURS', figure: 'SUM' },
}

/** Returns the filter, groups and order of the table, which are those of its file. */
export function breakdownOf(scope: Scope): { filter: MaintenanceRecordFilter; groupBy: [Grouping]; orderBy: [AggregateOrder] } {
  return {
    filter: {
      status: ['IN_PROGRESS', 'COMPLETED'],
      maintenanceDate: { gte: scope.from, lte: scope.to },
      ...(scope.category === null ? {} : { category: [scope.category] }),
    },
    groupBy: [scope.by],
    orderBy: [orders[scope.sort]],
  }
}

/** The work of the window by category or by machine, and the cost of the same groups in the window before. */
export function breakdownQuery(scope: Scope) {
  const of = breakdownOf(scope)
  return queryOptions({
    queryKey: ['kpis', 'breakdown', of] as const,
    queryFn: async ({ signal }) => {
      // One more than is shown says whether there are more.
      const { maintenanceAggregates: found } = await request(breakdownDocument, { ...of, first: mostGroups + 1 }, signal)
      const groups = (found ?? []).slice(0, mostGroups)
      const values = groups.flatMap((g) => g.keys[0]?.value ?? [])
      const { from, to } = windowBefore(scope)
      const filter: MaintenanceRecordFilter = {
        ...of.filter,
        maintenanceDate: { gte: from, lte: to },
        ...(scope.by === 'CATEGORY' ? { category: values } : { equipment: { in: values } }),
      }
      const before = new Map<string, string>()
      if (values.length > 0) {
        const last = await request(breakdownDocument, { ...of, filter, first: mostGroups }, signal)
        for (const g of last.maintenanceAggregates ?? []) if (g.keys[0]?.value != null) before.set(g.keys[0].value, g.cost.sum)
      }
      return { groups, before, hasMore: (found ?? []).length > mostGroups }
    },
    ...figureTimes,
  })
}
