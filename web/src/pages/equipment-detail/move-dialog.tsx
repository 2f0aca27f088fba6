import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { FoundField } from '../../features/mend/found-field'
import { useMendForm } from '../../features/mend/use-mend-form'
import { MoveFrame } from '../../features/sites/move-frame'
import { sitesQuery } from '../../features/sites/sites'
import { useI18n } from '../../i18n/context'

type Site = NonNullable<EquipmentDetail['site']>

/** Moves a machine to a site, or away from the one where it is. */
export default function MoveDialog({ machine, onClose }: { machine: EquipmentDetail; onClose: () => void }) {
  const { t } = useI18n()
  const form = useMendForm(['siteId', 'movedAt', 'reason'])
  const [start] = useState(machine.site ?? null)
  const [site, setSite] = useState<Site | null>(start)
  const s = t.sites
  return (
    <MoveFrame<'siteId'>
      title={s.move}
      form={form}
      move={{ equipmentId: machine.id, ...(site ? { siteId: site.id } : {}) }}
      chosen={site?.id !== start?.id}
      wrong={(now) => {
        if (site === null) return start === null ? { siteId: t.common.required } : {}
        return site.id === start?.id && now ? { siteId: s.same } : {}
      }}
      done={site ? s.moved(site.name) : s.left}
      onClose={onClose}
    >
      <FoundField
        findLabel={s.find}
        label={s.site}
        error={form.errors.siteId}
        queryOf={sitesQuery}
        textOf={({ name, code }: Site) => (code ? `${name} (${code})` : name)}
        empty={s.noSites}
        chosen={site}
        onChoose={setSite}
        none={start ? s.none : undefined}
      />
    </MoveFrame>
  )
}
