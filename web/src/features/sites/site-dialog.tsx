import { useId, useState } from 'react'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { Dialog } from '../../ui/dialog'
import { say } from '../../ui/toasts'
import { useUnsaved } from '../../ui/unsaved'
import { MendFrame, TextField } from '../mend/mend-parts'
import { useMendForm, type Errors } from '../mend/use-mend-form'
import { useViewer } from '../viewer/viewer'
import { siteChanges, siteFields, siteForm, siteValues, type SiteField } from './site-form'
import type { Site } from './site-list'
import { useChangeSite, type SiteChange } from './use-change-site'

interface SiteDialogProps {
  /** The site as the server has it now; null for a new one. */
  site: Site | null
  onClose: () => void
  /** Called with the id of the site once it is saved. */
  onSaved?: (id: string) => void
}

/** Adds a site, or edits one. */
export default function SiteDialog({ site, onClose, onSaved }: SiteDialogProps) {
  const { t } = useI18n()
  const s = useSiteTexts()
  const { company } = useViewer()
  const zones = useId()
  const form = useMendForm<SiteField>(siteFields)
  const change = useChangeSite()
  const [start] = useState(() => siteForm(site))
  const [values, setValues] = useState(start)
  const { close, question, release } = useUnsaved(JSON.stringify(values) !== JSON.stringify(start), onClose)
  const send = (variables: SiteChange, done: string) => {
    change.mutate(variables, {
      onSuccess: (id) => {
        release()
        say(done)
        onClose()
        onSaved?.(id)
      },
      onError: form.fail,
    })
  }
  const submit = () => {
    const found: Errors<SiteField> = values.name.trim() === '' ? { name: t.common.required } : {}
    const changes = siteChanges(values, start)
    if (site && Object.keys(changes).length === 0) found[''] = t.mend.noChange
    if (!form.check(found)) return
    if (site) {
      const input = { siteId: site.id, expectedVersion: site.version, ...changes }
      send({ how: 'edit', input, key: form.keyOf(input) }, s.saved)
    } else {
      const input = siteValues(values)
      send({ how: 'add', input, key: form.keyOf(input) }, s.addedNow(input.name))
    }
  }
  const text = (field: SiteField, maxLength: number) => ({
    label: s[field],
    error: form.errors[field],
    maxLength,
    value: values[field],
    onText: (value: string) => {
      setValues((v) => ({ ...v, [field]: value }))
    },
  })
  return (
    <Dialog title={site ? s.editTitle : s.add} onClose={close}>
      <MendFrame form={form} action={site ? t.common.save : s.addAction} busy={change.isPending} onCancel={close} onSubmit={submit}>
        <div className="form">
          <TextField {...text('name', 200)} data-first />
          <TextField {...text('code', 50)} optional />
          <TextField {...text('address', 500)} optional />
          <TextField {...text('timeZone', 100)} optional list={zones} />
        </div>
        <p className="small">{s.timeZoneHint(company.timeZone)}</p>
        <datalist id={zones}>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </MendFrame>
      {question}
    </Dialog>
  )
}
