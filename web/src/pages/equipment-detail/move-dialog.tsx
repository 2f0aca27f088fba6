import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { FoundField } from '../../features/mend/found-field'
import { MendFrame, ReasonField, TextField } from '../../features/mend/mend-parts'
import { useMendForm } from '../../features/mend/use-mend-form'
import { sitesQuery, useMoveMachine } from '../../features/sites/sites'
import { useI18n } from '../../i18n/context'
import { fromZoned, toZoned } from '../../lib/zoned'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'

type Site = NonNullable<EquipmentDetail['site']>

/** Moves a machine to a site, or away from the one where it is. */
export default function MoveDialog({ machine, onClose }: { machine: EquipmentDetail; onClose: () => void }) {
  const { t, fmt } = useI18n()
  const form = useMendForm(['siteId', 'movedAt', 'reason'])
  const move = useMoveMachine()
  const [start] = useState(() => ({ site: machine.site ?? null, movedAt: toZoned(new Date(), fmt.timeZone) }))
  const [site, setSite] = useState<Site | null>(start.site)
  const [movedAt, setMovedAt] = useState(start.movedAt)
  const [reason, setReason] = useState('')
  const dirty = site?.id !== start.site?.id || movedAt !== start.movedAt || reason !== ''
  const { close, question, release } = useUnsaved(dirty, onClose)
  const s = t.sites
  const submit = () => {
    const at = fromZoned(movedAt, fmt.timeZone)
    const found = {
      ...(site === null && start.site === null ? { siteId: t.common.required } : {}),
      ...(site !== null && site.id === start.site?.id && movedAt === start.movedAt ? { siteId: s.same } : {}),
      ...(at === null ? { movedAt: t.common.required } : {}),
    }
    if (!form.check(found) || at === null) return
    const input = {
      equipmentId: machine.id,
      ...(site ? { siteId: site.id } : {}),
      // Left as it was it is now, to the second.
      ...(movedAt === start.movedAt ? {} : { movedAt: at }),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    }
    move.mutate(
      { input, key: form.keyOf(input) },
      {
        onSuccess: () => {
          release()
          say(site ? s.moved(site.name) : s.left)
          onClose()
        },
        onError: form.fail,
      },
    )
  }
  return (
    <Dialog title={s.move} onClose={close}>
      <MendFrame form={form} action={s.move} busy={move.isPending} onCancel={close} onSubmit={submit}>
        <div className="form">
          <FoundField
            findLabel={s.find}
            label={s.site}
            error={form.errors.siteId}
            queryOf={sitesQuery}
            textOf={({ name, code }: Site) => (code ? `${name} (${code})` : name)}
            empty={s.noSites}
            chosen={site}
            onChoose={setSite}
            none={start.site ? s.none : undefined}
          />
          <TextField
            label={s.movedAt}
            error={form.errors.movedAt}
            type="datetime-local"
            value={movedAt}
            max={start.movedAt}
            onText={setMovedAt}
          />
        </div>
        <p className="small">{s.movedHint}</p>
        <ReasonField optional value={reason} error={form.errors.reason} onText={setReason} />
      </MendFrame>
      {question}
    </Dialog>
  )
}
