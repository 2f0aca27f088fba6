import { useQueryClient } from '@tanstack/react-query'
import { graphql, readFragment } from '../../graphql'
import { useLive } from '../../live/use-live'
import { invalidateSoon } from '../../data/invalidate-soon'
import { refreshLists, takeRow } from './cache'
import { detailKey } from './detail'
import { rowFragment } from './row'

const changedDocument = graphql(`
  subscription EquipmentChanged {
    equipmentChanged {
      change
      id
      equipment {
        ...EquipmentRow
      }
    }
  }
`)

/** Keeps every machine that is loaded as the server has it. */
export function useEquipmentLive(): void {
  const client = useQueryClient()
  useLive(changedDocument, {}, ({ equipmentChanged: { change, id, equipment } }) => {
    if (change === 'RESYNC') {
      invalidateSoon(client, ['equipment'])
      return
    }
    const row = readFragment(rowFragment, equipment)
    if (change === 'CREATED' || change === 'REMOVED') {
      refreshLists(client)
      if (id) invalidateSoon(client, detailKey(id))
    } else if (row) {
      takeRow(client, row)
    }
  })
}
