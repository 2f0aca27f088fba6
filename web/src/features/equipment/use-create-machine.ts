import { useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../../data/request'
import { graphql } from '../../graphql'
import { refreshLists } from './cache'
import { usePending, type PendingMachine } from './pending'
import { Refusal } from './user-errors'

const createDocument = graphql(`
  mutation CreateEquipment($input: CreateEquipmentInput!, $key: String!) {
    createEquipment(input: $input, idempotencyKey: $key) {
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

/**
 * Adds a machine. It is shown at once, and taken away again when the server
 * refuses it. However often the request is repeated, the key adds it once.
 */
export function useCreateMachine() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ key, input }: PendingMachine) => {
      const { createEquipment: payload } = await request(createDocument, { input, key })
      if (!payload?.equipment) throw new Refusal(payload?.errors ?? [])
      return payload.equipment
    },
    onMutate: (machine) => {
      usePending.getState().add(machine)
    },
    onSuccess: () => {
      refreshLists(client)
    },
    onSettled: (_data, _error, machine) => {
      usePending.getState().remove(machine.key)
    },
  })
}
