import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { EquipmentFilter, KpiFigureFragment } from '../../graphql/graphql'
import type { Scope } from './scope'

export const kpiFigure = graphql(`
  fragment KpiFigure on Kpi {
    value
    unit
    previous
    delta
    sampleSize
    excluded {
      reason
      count
    }
    nullReason
    coverage
    definition
  }
`)

const kpisDocument = graphql(`
  query Reliability($from: Date!, $to: Date!, $filter: EquipmentFilter) {
    kpis(from: $from, to: $to, filter: $filter) {
      calendarAvailability {
        ...KpiFigure
      }
      inherentAvailability {
        ...KpiFigure
      }
      failures {
        ...KpiFigure
      }
      stoppingFailures {
        ...KpiFigure
      }
      meanUpTimeBetweenFailures {
        ...KpiFigure
      }
      meanOperatingTimeBetweenFailures {
        ...KpiFigure
      }
      meanTimeToRestoration {
        ...KpiFigure
      }
      medianTimeToRestoration {
        ...KpiFigure
      }
      p90TimeToRestoration {
        ...KpiFigure
      }
      meanDownTime {
        ...KpiFigure
      }
      medianDownTime {
        ...KpiFigure
      }
      p90DownTime {
        ...KpiFigure
      }
      maintenanceCostPerHour {
        ...KpiFigure
      }
      labourCostPerHour {
        ...KpiFigure
      }
      partsCostPerHour {
        ...KpiFigure
      }
      costToReplacementValue {
        ...KpiFigure
      }
      plannedShare {
        ...KpiFigure
      }
      backlog {
        ...KpiFigure
      }
      overdue {
        ...KpiFigure
      }
      overdueByAge {
        fromDays
        toDays
        count
      }
    }
  }
`)

/** The key figures of the page, in the order of their groups. */
export const figureNames = [
  'calendarAvailability',
  'inherentAvailability',
  'failures',
  'stoppingFailures',
  'meanUpTimeBetweenFailures',
  'meanOperatingTimeBetweenFailures',
  'meanTimeToRestoration',
  'medianTimeToRestoration',
  'p90TimeToRestoration',
  'meanDownTime',
  'medianDownTime',
  'p90DownTime',
  'maintenanceCostPerHour',
  'labourCostPerHour',
  'partsCostPerHour',
  'costToReplacementValue',
  'plannedShare',
  'backlog',
  'overdue',
] as const
export type FigureName = (typeof figureNames)[number]

export type Figure = KpiFigureFragment

export interface Figures {
  figures: Record<FigureName, Figure>
  ages: readonly { fromDays: number; toDays: number | null; count: number }[]
}

/** Figures are expensive, and no live event says that they have changed: they are asked for again now and then. */
export const figureTimes = { staleTime: 60_000, refetchInterval: 300_000 } as const

/** Returns the machines of the figures as a filter. */
export const filterOfScope = ({ category }: Pick<Scope, 'category'>): EquipmentFilter => (category === null ? {} : { category: [category] })

/** The key figures of a window and of the one before it. */
export function figuresQuery(scope: Scope) {
  return queryOptions({
    queryKey: ['kpis', scope.from, scope.to, scope.category] as const,
    queryFn: async ({ signal }): Promise<Figures> => {
      const { kpis } = await request(kpisDocument, { from: scope.from, to: scope.to, filter: filterOfScope(scope) }, signal)
      if (!kpis) throw new Error('no key figures')
      const entries = figureNames.map((name) => [name, readFragment(kpiFigure, kpis[name])])
      return { figures: Object.fromEntries(entries) as Record<FigureName, Figure>, ages: kpis.overdueByAge }
    },
    ...figureTimes,
  })
}
