import { useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../../data/request'
import { refreshLists } from '../../features/equipment/cache'
import { detailKey } from '../../features/equipment/detail'
import { Refusal } from '../../features/equipment/user-errors'
import { graphql } from '../../graphql'
import type { OpenWork } from '../../graphql/graphql'
import { randomId } from '../../lib/random-id'

const deleteDocument = graphql(`
  mutation DeleteEquipment($input: DeleteEquipmentInput!, $key: String!) {
    deleteEquipment(input: $input, idempotencyKey: $key) {
      deletedId
      errors {
        message
        reason
        field
      }
    }
  }
`)

const restoreDocument = graphql(`
  mutation RestoreEquipment($input: RestoreEquipmentInput!, $key: String!) {
    restoreEquipment(input: $input, idempotencyKey: $key) {
      equipment {
        id
        name
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

/** Deletes a machine, and takes that back. */
export function useDeleteMachine() {
  const client = useQueryClient()
  const settled = async (id: string) => {
    refreshLists(client)
    await client.invalidateQueries({ queryKey: detailKey(id) })
  }
  const remove = useMutation({
    mutationFn: async ({ id, openWork }: { id: string; openWork: OpenWork }) => {
      const { deleteEquipment: payload } = await request(deleteDocument, { input: { equipmentId: id, openWork }, key: randomId() })
      if (!payload?.deletedId) throw new Refusal(payload?.errors ?? [])
    },
    onSuccess: (_data, { id }) => settled(id),
  })
  const restore = useMutation({
    mutationFn: async (id: string) => {
      const { restoreEquipment: payload } = await request(restoreDocument, { input: { equipmentId: id }, key: randomId() })
      if (!payload?.equipment) throw new Refusal(payload?.errors ?? [])
      return payload.equipment
    },
    onSuccess: (_data, id) => settled(id),
  })
  return { remove, restore }
}
