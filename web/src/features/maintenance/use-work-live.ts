import { useQueryClient } from '@tanstack/react-query'
import { invalidateSoon } from '../../data/invalidate-soon'
import { graphql, readFragment } from '../../graphql'
import { useLive } from '../../live/use-live'
import { takeRow } from '../equipment/cache'
import { detailsKey } from '../equipment/detail'
import { pagesKey } from '../equipment/pages'
import { rowFragment } from '../equipment/row'
import { workKey } from './work-counts'

const recordedDocument = graphql(`
  subscription MaintenanceRecorded {
    maintenanceRecorded {
      change
      record {
        id
        equipment {
          ...EquipmentRow
        }
      }
    }
  }
`)

/** Keeps lists of work, and the last and next work of machines, as the server has them. */
export function useWorkLive(): void {
  const client = useQueryClient()
  useLive(recordedDocument, {}, ({ maintenanceRecorded: { change, record } }) => {
    invalidateSoon(client, workKey)
    if (change === 'RESYNC') return // machines have a RESYNC of their own
    const row = readFragment(rowFragment, record?.equipment)
    if (row) takeRow(client, row)
    else {
      // The work is gone, and its machine unknown.
      invalidateSoon(client, pagesKey)
      invalidateSoon(client, detailsKey)
    }
  })
}
