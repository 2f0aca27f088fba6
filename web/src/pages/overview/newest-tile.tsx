import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { request } from '../../data/request'
import { MachineName } from '../../features/equipment/machine-name'
import { WorkMark } from '../../features/maintenance/look'
import { workKey } from '../../features/maintenance/work-counts'
import { workText } from '../../features/maintenance/work-text'
import { graphql } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { Tile } from './tile'

const newestDocument = graphql(`
  query NewestWork {
    maintenanceRecords(first: 8, filter: { status: [COMPLETED, IN_PROGRESS] }) {
      nodes {
        id
        maintenanceDate
        kind
        status
        description
        performedBy
        cost
        equipment {
          id
          name
        }
      }
    }
  }
`)

const newestQuery = queryOptions({
  queryKey: [...workKey, 'newest'],
  queryFn: async ({ signal }) => (await request(newestDocument, {}, signal)).maintenanceRecords?.nodes ?? [],
})

/** The newest work on all machines. */
export function NewestTile() {
  const { t, fmt } = useI18n()
  const query = useQuery(newestQuery)
  const m = t.maintenance
  return (
    <Tile
      query={query}
      className="c12"
      height={360}
      title={() => <h2>{t.overview.newest}</h2>}
      end={
        <Link to="/work" className="link">
          {m.allWork}
        </Link>
      }
    >
      {(records) =>
        records.length === 0 ? (
          <p className="quiet">{m.none}</p>
        ) : (
          <table className="table work-table">
            <thead>
              <tr>
                <th scope="col">{m.day}</th>
                <th scope="col">{t.overview.machine}</th>
                <th scope="col">{m.what}</th>
                <th scope="col">{m.kindLabel}</th>
                <th scope="col">{m.state}</th>
                <th scope="col">{m.mechanic}</th>
                <th scope="col" className="num">
                  {m.cost(fmt.currency)}
                </th>
              </tr>
            </thead>
            <tbody>
              {records.map((r) => (
                <tr key={r.id}>
                  <td className="nowrap quiet">{fmt.day(r.maintenanceDate)}</td>
                  <td className="machine">
                    {r.equipment ? (
                      <Link to={`/equipment/${r.equipment.id}`} className="plain">
                        <MachineName name={r.equipment.name} />
                      </Link>
                    ) : (
                      <span className="quiet">{t.overview.deletedMachine}</span>
                    )}
                  </td>
                  <td className="text">{workText(t, r)}</td>
                  <td className="quiet kind">{m.kind[r.kind]}</td>
                  <td className="state">
                    <WorkMark status={r.status} />
                  </td>
                  <td className="quiet by">{r.performedBy ?? '–'}</td>
                  <td className="num cost">{r.cost === null ? '–' : fmt.amount(r.cost)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </Tile>
  )
}
