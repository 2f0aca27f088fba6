import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { request } from '../../data/request'
import { MachineName } from '../../features/equipment/machine-name'
import { HistoryList, historyLine, type Names } from '../../features/history/history-list'
import { siteKey, type Site } from '../../features/sites/site-list'
import { graphql, readFragment } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { machineOf, moveText, withoutSite } from './move-text'

const historyDocument = graphql(`
  query SiteHistory($id: ID!, $first: Int!) {
    site(id: $id) {
      history(first: $first) {
        nodes {
          ...HistoryLine
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`)

const namesDocument = graphql(`
  query MachineNames($ids: [ID!]!) {
    equipmentList(first: 100, filter: { ids: $ids }) {
      nodes {
        id
        name
      }
    }
  }
`)

const steps = [8, 30, 100]

const logQuery = (id: string, first: number) =>
  queryOptions({
    queryKey: [...siteKey(id), 'log', first] as const,
    queryFn: async ({ signal }) => {
      const list = (await request(historyDocument, { id, first }, signal)).site?.history
      const entries = readFragment(historyLine, list?.nodes ?? []).map((entry) => withoutSite(entry, id))
      const ids = [...new Set(entries.map(machineOf).filter((machine) => machine !== null))]
      // The history has the ids of the machines.
      const machines = ids.length > 0 ? (await request(namesDocument, { ids }, signal)).equipmentList?.nodes : []
      return { entries, machines: machines ?? [], hasMore: list?.pageInfo.hasNextPage ?? false }
    },
    staleTime: 0, // no live event tells of sites
  })

/** The machines that came and went, and what was changed in a site, by which user and when. */
export function LogCard({ site }: { site: Site }) {
  const { t, fmt } = useI18n()
  const s = useSiteTexts()
  const [step, setStep] = useState(0)
  const { data, error, refetch } = useQuery({ ...logQuery(site.id, steps[step] ?? 100), placeholderData: keepPreviousData })
  const names: Names = useMemo(() => new Map([site, ...(data?.machines ?? [])].map(({ id, name }) => [id, name])), [site, data])
  return (
    <section className="card">
      <header>
        <h2>{s.log}</h2>
      </header>
      {data?.entries.length === 0 ? (
        <p className="quiet">{s.noLog}</p>
      ) : data ? (
        <HistoryList
          entries={data.entries}
          names={names}
          fields={s.fields}
          draw={(entry) => {
            const [machine, text] = [machineOf(entry), moveText(entry, s, fmt.dateTime)]
            if (machine === null || text === null) return null
            const name = names.get(machine)
            return (
              <>
                {name === undefined ? (
                  <span className="quiet">{s.otherMachine}</span>
                ) : (
                  <Link to={`/equipment/${machine}`} className="plain strong">
                    <MachineName name={name} />
                  </Link>
                )}{' '}
                {text}
              </>
            )
          }}
        />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={120} />
      )}
      {data?.hasMore && step < steps.length - 1 && (
        <div className="card-links">
          <button
            type="button"
            className="link"
            onClick={() => {
              setStep(step + 1)
            }}
          >
            {t.equipment.showMore}
          </button>
        </div>
      )}
    </section>
  )
}
