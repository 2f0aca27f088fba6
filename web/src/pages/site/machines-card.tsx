import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { machinesAt } from '../../features/equipment/list-state'
import { MachineName } from '../../features/equipment/machine-name'
import { pageSize } from '../../features/equipment/pages'
import type { EquipmentRow } from '../../features/equipment/row'
import { StatusMark } from '../../features/equipment/status-mark'
import type { Site } from '../../features/sites/site-list'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { phone, useMedia } from '../../lib/use-media'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { arrivalsQuery, machinesHereQuery } from './at-site-query'

/** The machines that are at a site now, by name: their status, their operator, and since when they are there. */
export function MachinesCard({ site }: { site: Site }) {
  const { t, fmt } = useI18n()
  const s = useSiteTexts()
  const onPhone = useMedia(phone)
  const [pages, setPages] = useState(1)
  const numbers = Array.from({ length: pages }, (_, page) => page)
  const machines = useQueries({ queries: numbers.map((page) => machinesHereQuery(site.id, page)) })
  const arrivals = useQueries({ queries: numbers.map((page) => arrivalsQuery(site.id, page)) })
  const rows = machines.flatMap((page): readonly EquipmentRow[] => page.data ?? [])
  const since = new Map(arrivals.flatMap((page) => Object.entries(page.data ?? {})))
  const failed = [...machines, ...arrivals].find((page) => page.isError)
  const loading = machines.some((page) => page.isPending)
  const total = site.equipment.totalCount
  return (
    <section className="card">
      <header>
        <h2>{s.here}</h2>
        <span className="quiet">{fmt.count(total)}</span>
        {total > 0 && (
          <Link to={machinesAt(site.id)} className="link end">
            {s.allHere}
          </Link>
        )}
      </header>
      {rows.length > 0 && (
        <table className="table machines-here">
          <thead>
            <tr>
              <th scope="col">{s.machine}</th>
              <th scope="col">{t.equipment.statusLabel}</th>
              <th scope="col">{t.equipment.operator}</th>
              <th scope="col">{s.since}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const { assignedOperator: operator } = row
              const arrivedAt = since.get(row.id)
              const day = arrivedAt === undefined ? '' : fmt.day(fmt.dayOf(arrivedAt))
              return (
                <tr key={row.id}>
                  <td className="machine">
                    <Link to={`/equipment/${row.id}`} className="plain">
                      <MachineName name={row.name} />
                    </Link>
                  </td>
                  <td className="status">
                    <StatusMark status={row.status} />
                  </td>
                  <td className="operator">
                    {operator ? `${operator.firstName} ${operator.lastName}` : <span className="quiet">{t.equipment.noOperator}</span>}
                  </td>
                  <td className="since">{onPhone && day !== '' ? t.equipment.sinceDay(day) : day}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {failed ? (
        <Failure error={failed.error} onRetry={() => void failed.refetch()} compact />
      ) : loading ? (
        <Bone width="100%" height={96} />
      ) : (
        rows.length === 0 && <p className="quiet">{s.noneHere}</p>
      )}
      {!loading && rows.length === pages * pageSize && total > rows.length && (
        <div className="card-links">
          <button
            type="button"
            className="link"
            onClick={() => {
              setPages(pages + 1)
            }}
          >
            {s.moreRows(fmt.count(total - rows.length))}
          </button>
        </div>
      )}
    </section>
  )
}
