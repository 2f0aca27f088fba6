import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql, readFragment } from '../../graphql'
import type { MachineServiceFragment } from '../../graphql/graphql'
import { detailKey } from '../equipment/detail'

export const serviceFragment = graphql(`
  fragment MachineService on ScheduledService {
    status
    occurrence
    dueOn
    dueHours
    hours
    record {
      id
    }
    forecast {
      on
      earliest
      latest
      nullReason
    }
    serviceSchedule {
      id
      version
      title
      kind
      intervalDays
      intervalHours
      category
      manufacturer
      model
      pausedAt
    }
  }
`)

const servicesDocument = graphql(`
  query MachineServices($id: ID!) {
    equipment(id: $id) {
      services(first: 100) {
        totalCount
        nodes {
          ...MachineService
        }
      }
    }
  }
`)

export type Service = MachineServiceFragment
export type Schedule = NonNullable<Service['serviceSchedule']>

/** Begins with the key of the machine: its events, and those of its work, move its services. */
export const servicesKey = (machine: string) => [...detailKey(machine), 'services'] as const

/** When a machine is due by each schedule that applies to it, in the order of the days on which that is expected. */
export function servicesQuery(machine: string) {
  return queryOptions({
    queryKey: servicesKey(machine),
    queryFn: async ({ signal }) => {
      const list = (await request(servicesDocument, { id: machine }, signal)).equipment?.services
      return { total: list?.totalCount ?? 0, rows: readFragment(serviceFragment, list?.nodes ?? []) }
    },
    staleTime: 0, // no live event tells of schedules, only of the machine and its work
  })
}
