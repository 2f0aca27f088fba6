import { queryOptions } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../data/request'
import { FoundField } from '../../features/mend/found-field'
import { useMendForm } from '../../features/mend/use-mend-form'
import { MoveFrame } from '../../features/sites/move-frame'
import type { Site } from '../../features/sites/site-list'
import { sitesKey } from '../../features/sites/sites'
import { graphql } from '../../graphql'
import type { EquipmentFilter, MachinesElsewhereQuery } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'

const machinesDocument = graphql(`
  query MachinesElsewhere($filter: EquipmentFilter!) {
    equipmentList(first: 20, filter: $filter, orderBy: NAME_ASC) {
      nodes {
        id
        name
        site {
          id
          name
        }
      }
    }
  }
`)

type Machine = NonNullable<MachinesElsewhereQuery['equipmentList']>['nodes'][number]

/** Machines by a part of their name or serial number that are not at a site. */
const elsewhereQuery = (site: string) => (search: string) => {
  const filter: EquipmentFilter = { ...(search === '' ? {} : { search }), not: { site: { in: [site] } } }
  return queryOptions({
    queryKey: [...sitesKey, 'elsewhere', filter] as const,
    queryFn: async ({ signal }) => [...((await request(machinesDocument, { filter }, signal)).equipmentList?.nodes ?? [])],
    staleTime: 0, // no live event tells of moves
  })
}

/** Moves a machine from elsewhere to a site. */
export default function MoveHereDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const { t } = useI18n()
  const s = useSiteTexts()
  const form = useMendForm(['equipmentId', 'movedAt', 'reason'])
  const [queryOf] = useState(() => elsewhereQuery(site.id))
  const [machine, setMachine] = useState<Machine | null>(null)
  return (
    <MoveFrame<'equipmentId'>
      title={s.moveHere}
      form={form}
      move={machine && { equipmentId: machine.id, siteId: site.id }}
      chosen={machine !== null}
      wrong={() => (machine === null ? { equipmentId: t.common.required } : {})}
      done={machine ? s.movedHere(machine.name) : ''}
      onClose={onClose}
    >
      <FoundField
        findLabel={s.findMachine}
        label={s.machineChoice}
        error={form.errors.equipmentId}
        queryOf={queryOf}
        textOf={(m: Machine) => (m.site ? s.atSite(m.name, m.site.name) : m.name)}
        empty={s.noOtherMachines}
        chosen={machine}
        onChoose={setMachine}
      />
    </MoveFrame>
  )
}
