import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { refreshLists } from '../../features/equipment/cache'
import { detailKey } from '../../features/equipment/detail'
import { Refusal } from '../../features/equipment/user-errors'
import { workKey } from '../../features/maintenance/work-counts'
import { sitesKey } from '../../features/sites/sites'
import { graphql } from '../../graphql'
import type { MergeEquipmentInput } from '../../graphql/graphql'
import { randomId } from '../../lib/random-id'

const mergeDocument = graphql(`
  mutation MergeEquipment($input: MergeEquipmentInput!, $key: String!) {
    mergeEquipment(input: $input, idempotencyKey: $key) {
      deletedId
      movedRows
      errors {
        message
        reason
        field
      }
    }
  }
`)

const undoDocument = graphql(`
  mutation UndoMergeEquipment($input: UndoMergeEquipmentInput!, $key: String!) {
    undoMergeEquipment(input: $input, idempotencyKey: $key) {
      duplicate {
        id
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

/** The machine that stays, and the other one. */
interface Pair {
  stays: string
  duplicate: string
}

/** Merges two machines that are one, and takes that back. */
export function useMergeMachines() {
  const client = useQueryClient()
  const settled = ({ stays, duplicate }: Pair) => {
    refreshLists(client)
    for (const key of [detailKey(stays), detailKey(duplicate), workKey, sitesKey]) invalidateSoon(client, key)
  }
  const merge = useMutation({
    mutationFn: async ({ input, key }: { input: MergeEquipmentInput; key: string }) => {
      const { mergeEquipment: payload } = await request(mergeDocument, { input, key })
      if (!payload?.deletedId) throw new Refusal(payload?.errors ?? [])
      return payload.movedRows ?? 0
    },
    onSettled: (_data, _error, { input }) => {
      settled({ stays: String(input.equipmentId), duplicate: String(input.duplicateId) })
    },
  })
  const undo = useMutation({
    mutationFn: async ({ duplicate }: Pair) => {
      const { undoMergeEquipment: payload } = await request(undoDocument, { input: { duplicateId: duplicate }, key: randomId() })
      if (!payload?.duplicate) throw new Refusal(payload?.errors ?? [])
    },
    onSettled: (_data, _error, pair) => {
      settled(pair)
    },
  })
  return { merge, undo }
}
