import { queryOptions } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../data/request'
import { FoundField } from '../../features/mend/found-field'
import { MendFrame, ReasonField, TextField } from '../../features/mend/mend-parts'
import { useMendForm } from '../../features/mend/use-mend-form'
import type { Site } from '../../features/sites/site-list'
import { sitesKey, useMoveMachine } from '../../features/sites/sites'
import { graphql } from '../../graphql'
import type { EquipmentFilter, MachinesElsewhereQuery } from '../../graphql/graphql'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { fromZoned, toZoned } from '../../lib/zoned'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

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
  const { t, fmt } = useI18n()
  const s = useSiteTexts()
  const form = useMendForm(['equipmentId', 'movedAt', 'reason'])
  const move = useMoveMachine()
  const [queryOf] = useState(() => elsewhereQuery(site.id))
  const [start] = useState(() => toZoned(new Date(), fmt.timeZone))
  const [machine, setMachine] = useState<Machine | null>(null)
  const [movedAt, setMovedAt] = useState(start)
  const [reason, setReason] = useState('')
  const { close, question, release } = useUnsaved(machine !== null || movedAt !== start || reason !== '', onClose)
  const submit = () => {
    const at = fromZoned(movedAt, fmt.timeZone)
    const found = {
      ...(machine === null ? { equipmentId: t.common.required } : {}),
      ...(at === null ? { movedAt: t.common.required } : {}),
    }
    if (!form.check(found) || machine === null || at === null) return
    const input = {
      equipmentId: machine.id,
      siteId: site.id,
      // Left as it was it is now, to the second.
      ...(movedAt === start ? {} : { movedAt: at }),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    }
    move.mutate(
      { input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(s.movedHere(machine.name))
          onClose()
        },
        onError: form.fail,
      },
    )
  }
  return (
    <Dialog title={s.moveHere} onClose={close}>
      <MendFrame form={form} action={s.moveHere} busy={move.isPending} onCancel={close} onSubmit={submit}>
        <div className="form">
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
          <TextField
            label={t.sites.movedAt}
            error={form.errors.movedAt}
            type="datetime-local"
            value={movedAt}
            max={start}
            onText={setMovedAt}
          />
        </div>
        <p className="small">{t.sites.movedHint}</p>
        <ReasonField optional value={reason} error={form.errors.reason} onText={setReason} />
      </MendFrame>
      {question}
    </Dialog>
  )
}
