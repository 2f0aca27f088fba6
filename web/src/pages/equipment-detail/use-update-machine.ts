import { useMutation, useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { request } from '../../data/request'
import { patchEquipment, refreshLists, type EditedFields } from '../../features/equipment/cache'
import { detailKey, type EquipmentDetail } from '../../features/equipment/detail'
import type { MachineInput } from '../../features/equipment/machine-input'
import { Refusal } from '../../features/equipment/user-errors'
import { graphql, readFragment } from '../../graphql'
import type { EditableFragment } from '../../graphql/graphql'

export const editableFragment = graphql(`
  fragment Editable on Equipment {
    id
    name
    serialNumber
    category
    status
    cost
    manufacturer
    model
    year
    inServiceOn
    retiredOn
    replacementValue
    scheduledHoursPerWeek
    description
    version
    updatedAt
  }
`)

const updateDocument = graphql(`
  mutation UpdateEquipment($input: UpdateEquipmentInput!, $key: String!) {
    updateEquipment(input: $input, idempotencyKey: $key) {
      equipment {
        ...Editable
      }
      errors {
        message
        reason
        field
        ... on VersionConflict {
          current {
            ... on Equipment {
              id
              name
              serialNumber
              category
              status
              cost
              manufacturer
              model
              year
              inServiceOn
              retiredOn
              replacementValue
              scheduledHoursPerWeek
              description
              version
              updatedAt
            }
          }
        }
      }
    }
  }
`)

/** Reports whether the row of a conflict is a machine, as the server says it is. */
function isMachine(row: EditableFragment | Record<PropertyKey, never> | null): row is EditableFragment {
  return row !== null && 'serialNumber' in row
}

/** The machine was changed since it was read. */
export class Conflict extends Error {
  readonly current: EditableFragment

  constructor(current: EditableFragment) {
    super('the machine was changed by another user')
    this.name = 'Conflict'
    this.current = current
  }
}

/** Returns the fields of a machine that a form edits. */
export function inputOf(machine: Pick<EquipmentDetail, keyof MachineInput>): MachineInput {
  const { name, serialNumber, category, status, cost, description } = machine
  const { manufacturer, model, year, inServiceOn, retiredOn, replacementValue, scheduledHoursPerWeek } = machine
  const service = { inServiceOn, retiredOn, replacementValue, scheduledHoursPerWeek }
  return { name, serialNumber, category, status, cost, manufacturer, model, year, ...service, description }
}

interface Update {
  id: string
  version: number
  fields: Partial<MachineInput>
  key: string
}

/** Changes a machine: shown at once, taken back field by field when the server refuses it. */
export function useUpdateMachine() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, version, fields, key }: Update): Promise<EditableFragment> => {
      const input = { equipmentId: id, expectedVersion: version, ...fields }
      const { updateEquipment: payload } = await request(updateDocument, { input, key })
      const machine = readFragment(editableFragment, payload?.equipment)
      if (machine) return machine
      for (const error of payload?.errors ?? []) {
        if ('current' in error && isMachine(error.current)) throw new Conflict(error.current)
      }
      throw new Refusal(payload?.errors ?? [])
    },
    onMutate: async ({ id, fields }) => {
      await client.cancelQueries({ queryKey: detailKey(id) })
      const before = client.getQueryData<EquipmentDetail | null>(detailKey(id))
      const undo: EditedFields = before ? Object.fromEntries(Object.keys(fields).map((k) => [k, before[k as keyof MachineInput]])) : {}
      patchEquipment(client, id, fields)
      return { undo }
    },
    onError: (error, { id }, context) => {
      if (context) patchEquipment(client, id, context.undo)
      if (error instanceof Conflict) patchEquipment(client, id, error.current)
      else invalidateSoon(client, detailKey(id))
    },
    onSuccess: (machine) => {
      patchEquipment(client, machine.id, machine)
      refreshLists(client)
      invalidateSoon(client, detailKey(machine.id))
    },
  })
}
