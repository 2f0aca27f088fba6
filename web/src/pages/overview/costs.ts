import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { workKey } from '../../features/maintenance/work-counts'
import { graphql } from '../../graphql'
import type { MaintenanceKind } from '../../graphql/graphql'
import { axisBetween } from '../../lib/axis'
import { addMonths } from '../../lib/days'
import { cents } from '../../lib/decimal'

const costsDocument = graphql(`
  query Costs($months: MaintenanceRecordFilter!, $sameDays: MaintenanceRecordFilter!, $year: MaintenanceRecordFilter!) {
    byMonth: maintenanceSummary(filter: $months, groupBy: [MONTH, KIND], first: 1000) {
      month
      kind
      totalCost
    }
    sameDays: maintenanceSummary(filter: $sameDays) {
      totalCost
    }
    costliest: maintenanceSummary(filter: $year, groupBy: [EQUIPMENT], first: 6, orderBy: TOTAL_COST_DESC) {
      totalCost
      equipment {
        id
        name
      }
    }
    year: maintenanceSummary(filter: $year) {
      totalCost
    }
  }
`)

const shown = 12

/** A month of the chart; amounts in hundredths. */
export interface MonthCost {
  /** Its first day. */
  day: string
  preventive: bigint
  corrective: bigint
  others: bigint
  total: bigint
  /** The year before; for the running month up to the same day. */
  before: bigint
  running: boolean
}

interface Group {
  month: string | null
  kind: MaintenanceKind | null
  totalCost: string
}

/** Arranges the groups of two years as the last twelve months, each with the year before. */
export function arrangeMonths(groups: readonly Group[], sameDays: string, today: string): MonthCost[] {
  const of = (day: string, kinds: (k: MaintenanceKind) => boolean) =>
    groups.reduce((sum, g) => (g.month === day.slice(0, 7) && g.kind && kinds(g.kind) ? sum + cents(g.totalCost) : sum), 0n)
  return Array.from({ length: shown }, (_, i) => {
    const day = addMonths(today, i - shown + 1)
    const running = i === shown - 1
    const preventive = of(day, (k) => k === 'PREVENTIVE')
    const corrective = of(day, (k) => k === 'CORRECTIVE')
    const total = of(day, () => true)
    return {
      day,
      preventive,
      corrective,
      others: total - preventive - corrective,
      total,
      before: running ? cents(sameDays) : of(addMonths(day, -12), () => true),
      running,
    }
  })
}

/** Returns a few round values of an axis from 0 to at least most. */
export function axisOf(most: number): number[] {
  return most <= 0 ? [0] : axisBetween(0, most)
}

/** Costs of maintenance of two years by month and kind, and the machines that cost most in the last one. */
export function costsQuery(today: string) {
  const from = addMonths(today, -23)
  const yearAgo = addMonths(today, -11)
  return queryOptions({
    queryKey: [...workKey, 'costs', today] as const,
    queryFn: async ({ signal }) => {
      const sameDay = `${String(Number(today.slice(0, 4)) - 1)}${today.slice(4)}`.replace(/-02-29$/, '-02-28')
      const data = await request(
        costsDocument,
        {
          months: { maintenanceDate: { gte: from, lte: today } },
          sameDays: { maintenanceDate: { gte: addMonths(today, -12), lte: sameDay } },
          year: { maintenanceDate: { gte: yearAgo, lte: today } },
        },
        signal,
      )
      return {
        months: arrangeMonths(data.byMonth ?? [], data.sameDays?.[0]?.totalCost ?? '0', today),
        costliest: data.costliest ?? [],
        yearTotal: data.year?.[0]?.totalCost ?? '0',
      }
    },
  })
}
