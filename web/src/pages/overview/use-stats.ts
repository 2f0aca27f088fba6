import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useViewer } from '../../features/viewer/viewer'
import { readFragment } from '../../graphql'
import { useLive } from '../../live/use-live'
import { newer, scopeOf, statsFragment, statsLiveDocument, statsQuery } from './stats'

/** The figures of the fleet, kept as the server sends them. */
export function useStats() {
  const client = useQueryClient()
  const { role } = useViewer()
  const options = statsQuery(role)
  useLive(statsLiveDocument, { scope: scopeOf(role) }, ({ dashboardStats }) => {
    const stats = readFragment(statsFragment, dashboardStats)
    client.setQueryData(options.queryKey, (before) => newer(before ?? undefined, stats))
  })
  return useQuery(options)
}
