import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../data/request'
import { detailKey } from '../../features/equipment/detail'
import { HistoryList, historyLine, type Names } from '../../features/history/history-list'
import { graphql, readFragment } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'

const historyDocument = graphql(`
  query MachineHistory($id: ID!, $first: Int!) {
    equipment(id: $id) {
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

const steps = [5, 25, 100]

const historyQuery = (id: string, first: number) =>
  queryOptions({
    queryKey: [...detailKey(id), 'history', first] as const,
    queryFn: async ({ signal }) => {
      const list = (await request(historyDocument, { id, first }, signal)).equipment?.history
      return { entries: readFragment(historyLine, list?.nodes ?? []), hasMore: list?.pageInfo.hasNextPage ?? false }
    },
  })

/** What was changed in a machine, by which user and when. */
export function HistoryCard({ id, names }: { id: string; names: Names }) {
  const { t } = useI18n()
  const [step, setStep] = useState(0)
  const { data, error, refetch } = useQuery({ ...historyQuery(id, steps[step] ?? 100), placeholderData: keepPreviousData })
  return (
    <section className="card">
      <header>
        <h2>{t.equipment.history}</h2>
      </header>
      {data ? (
        <HistoryList entries={data.entries} names={names} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={120} />
      )}
      {data?.hasMore && step < steps.length - 1 && (
        <button
          type="button"
          className="link"
          onClick={() => {
            setStep(step + 1)
          }}
        >
          {t.equipment.showMore}
        </button>
      )}
    </section>
  )
}
