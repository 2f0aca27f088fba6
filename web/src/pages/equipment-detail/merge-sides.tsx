import { queryOptions } from '@tanstack/react-query'
import { request } from '../../data/request'
import { detailKey } from '../../features/equipment/detail'
import type { Names } from '../../features/history/history-list'
import { graphql, readFragment } from '../../graphql'
import type { MergeSideFragment } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { useMergeTexts } from '../../i18n/merges'

const sideFragment = graphql(`
  fragment MergeSide on Equipment {
    id
    version
    name
    serialNumber
    category
    status
    manufacturer
    model
    year
    assignedOperator {
      id
      firstName
      lastName
    }
    site {
      id
      name
    }
    meterReadings(first: 1) {
      totalCount
      nodes {
        hours
      }
    }
    maintenanceRecords(first: 1) {
      totalCount
    }
    assignments(first: 1) {
      totalCount
    }
    assignmentPlans(first: 1) {
      totalCount
    }
    siteMoves(first: 1) {
      totalCount
    }
    papers(first: 1) {
      totalCount
    }
  }
`)

const sideDocument = graphql(`
  query MergeSide($id: ID!) {
    equipment(id: $id) {
      ...MergeSide
    }
  }
`)

export type Side = MergeSideFragment

/** One of two machines that are to be merged. Null when the company has no such machine. */
export function sideQuery(id: string) {
  return queryOptions({
    queryKey: [...detailKey(id), 'merge'] as const,
    queryFn: async ({ signal }) => readFragment(sideFragment, (await request(sideDocument, { id }, signal)).equipment ?? null),
    staleTime: 0, // no live event tells of papers and plans
  })
}

const operatorName = ({ assignedOperator: o }: Side) => (o ? `${o.firstName} ${o.lastName}` : null)

/** Returns the names of the rows that both machines have. */
export function namesOfSides(sides: readonly Side[]): Names {
  const names = new Map<string, string>()
  for (const side of sides) {
    names.set(side.id, side.name)
    const operator = operatorName(side)
    if (side.assignedOperator && operator) names.set(side.assignedOperator.id, operator)
    if (side.site) names.set(side.site.id, side.site.name)
  }
  return names
}

/** What is known of two machines side by side, so that people can tell whether they are one; without what neither has. */
export function MergeSides({ stays, goes }: { stays: Side; goes: Side }) {
  const { t, fmt } = useI18n()
  const m = useMergeTexts()
  const e = t.equipment
  const make = ({ manufacturer, model, year }: Side) => [manufacturer, model, year].filter((part) => part !== null).join(' ')
  const hours = ({ meterReadings: { nodes } }: Side) => (nodes[0] ? fmt.hours(nodes[0].hours) : null)
  const rows: [string, (side: Side) => string | null][] = [
    [e.name, (s) => s.name],
    [e.serial, (s) => s.serialNumber],
    [e.category, (s) => s.category],
    [e.make, make],
    [e.statusLabel, (s) => e.status[s.status]],
    [e.operator, operatorName],
    [t.sites.site, (s) => s.site?.name ?? null],
    [m.meter, hours],
  ]
  const counted = ['maintenanceRecords', 'meterReadings', 'assignments', 'assignmentPlans', 'siteMoves', 'papers'] as const
  const counts = counted.map((list): [string, (side: Side) => string] => [e.fields[list] ?? list, (s) => fmt.count(s[list].totalCount)])
  const shown = [...rows, ...counts]
    .map(([label, of]) => ({ label, cells: [of(stays), of(goes)].map((text) => text || '–') }))
    .filter(({ cells }) => cells.some((text) => text !== '–' && text !== '0'))
  return (
    <table className="table sides" aria-label={m.compared}>
      <thead>
        <tr>
          <td />
          <th scope="col">{m.stays}</th>
          <th scope="col">{m.goes}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ label, cells }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{cells[0]}</td>
            <td>{cells[1]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
