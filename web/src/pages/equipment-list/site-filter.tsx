import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../data/request'
import { countsKey } from '../../features/equipment/counts'
import { filterOf, noSite, type ListState } from '../../features/equipment/list-state'
import { sitesKey } from '../../features/sites/sites'
import { graphql } from '../../graphql'
import type { EquipmentFilter } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { CheckFilter } from './check-filter'

/** The most sites to choose from: those with the most machines. */
const most = 400

const countsDocument = graphql(`
  query SiteCounts($filter: EquipmentFilter!, $first: Int!) {
    equipmentAggregates(filter: $filter, groupBy: [SITE], orderBy: [{ figure: COUNT, direction: DESC }], first: $first) {
      keys {
        value
        label
      }
      count
    }
  }
`)

const namesDocument = graphql(`
  query SiteNames($ids: [ID!]!) {
    sites(first: 100, filter: { ids: $ids }) {
      nodes {
        id
        name
      }
    }
  }
`)

interface SiteCount {
  /** Null: at no site. */
  id: string | null
  name: string
  count: number
}

/** The sites where machines are, those with the most first. The filter has no site of its own. */
const siteCountsQuery = (filter: EquipmentFilter) =>
  queryOptions({
    queryKey: [...countsKey, 'sites', filter] as const,
    queryFn: async ({ signal }) =>
      ((await request(countsDocument, { filter, first: most }, signal)).equipmentAggregates ?? []).map(({ keys, count }): SiteCount => ({
        id: keys[0]?.value ?? null,
        name: keys[0]?.label ?? '',
        count,
      })),
  })

/** The names of sites by their ids, without those that the company does not have. */
const siteNamesQuery = (ids: string[]) =>
  queryOptions({
    queryKey: [...sitesKey, 'names', ids] as const,
    queryFn: async ({ signal }) =>
      new Map(((await request(namesDocument, { ids }, signal)).sites?.nodes ?? []).map(({ id, name }) => [id, name])),
    enabled: ids.length > 0,
    staleTime: 0, // no live event tells of sites
  })

interface SiteFilterProps {
  state: ListState
  onChange: (fields: Partial<ListState>) => void
}

/** Chooses sites where the machines of the list are, or that they are at no site. */
export function SiteFilter({ state, onChange }: SiteFilterProps) {
  const { t, fmt } = useI18n()
  const [opened, setOpened] = useState(false)
  const { site: chosen } = state
  const filter = filterOf({ ...state, site: [] })
  const { data, error, refetch } = useQuery({ ...siteCountsQuery(filter), enabled: opened, placeholderData: keepPreviousData })
  const found = useQuery({ ...siteNamesQuery(chosen.filter((id) => id !== noSite)), placeholderData: keepPreviousData })
  const s = t.sites
  const nameOf = (id: string) => {
    if (id === noSite) return s.atNoSite
    const name = found.data?.get(id) ?? data?.find((d) => d.id === id)?.name
    return name ?? (found.isSuccess && !found.isPlaceholderData ? s.unknown : '…')
  }
  const here = data?.filter((d): d is SiteCount & { id: string } => d.id !== null)
  // A chosen site stays among the choices, also when no machine of the list is there.
  const options = here && [
    { key: noSite, label: s.atNoSite, count: data?.find((d) => d.id === null)?.count ?? 0 },
    ...here.map(({ id, name, count }) => ({ key: id, label: name, count })),
    ...chosen.filter((id) => id !== noSite && !here.some((d) => d.id === id)).map((id) => ({ key: id, label: nameOf(id), count: 0 })),
  ]
  return (
    <CheckFilter
      title={s.site}
      severalText={(n) => s.chosen(fmt.count(n))}
      findLabel={s.find}
      options={options}
      note={data?.length === most ? s.most(fmt.count(most)) : undefined}
      error={error}
      onRetry={() => void refetch()}
      chosen={chosen}
      chosenText={chosen[0] && nameOf(chosen[0])}
      onChange={(site) => {
        onChange({ site })
      }}
      onOpen={() => {
        setOpened(true)
      }}
    />
  )
}
