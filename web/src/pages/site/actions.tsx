import { lazy, Suspense, useState } from 'react'
import { useNavigate } from 'react-router'
import { ConfirmDialog } from '../../features/mend/confirm-dialog'
import { saidOutcome } from '../../features/mend/use-mend-form'
import type { Site } from '../../features/sites/site-list'
import { useChangeSite } from '../../features/sites/use-change-site'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { randomId } from '../../lib/random-id'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { say } from '../../ui/toasts'

const SiteDialog = lazy(() => import('../../features/sites/site-dialog'))
const MoveHereDialog = lazy(() => import('./move-here-dialog'))

interface LayerProps {
  site: Site
  onClose: () => void
}

/** Deletes a site that should not be there, which can be undone. The server refuses it while machines are there. */
function DeleteSiteDialog({ site, onClose }: LayerProps) {
  const { t } = useI18n()
  const s = useSiteTexts()
  const navigate = useNavigate()
  const change = useChangeSite()
  const restore = () => {
    const outcome = saidOutcome(t, s.restored(site.name))
    change.mutateAsync({ how: 'restore', input: { siteId: site.id }, key: randomId() }).then(outcome.onSuccess, outcome.onError)
  }
  return (
    <ConfirmDialog
      title={s.deleteTitle(site.name)}
      action={s.delete}
      busy={change.isPending}
      onClose={onClose}
      onSend={(keyOf, outcome) => {
        const input = { siteId: site.id, expectedVersion: site.version }
        change.mutate(
          { how: 'delete', input, key: keyOf(input) },
          outcome(() => {
            onClose()
            void navigate('/sites')
            say(s.deleted(site.name), { label: t.common.undo, perform: restore })
          }),
        )
      }}
    >
      <p>{s.deleteText}</p>
    </ConfirmDialog>
  )
}

/** What a manager does with a site. */
export function Actions({ site }: { site: Site }) {
  const { t } = useI18n()
  const s = useSiteTexts()
  const [layer, setLayer] = useState<'edit' | 'move' | 'delete' | null>(null)
  const close = () => {
    setLayer(null)
  }
  const opens = (next: typeof layer) => () => {
    setLayer(next)
  }
  return (
    <>
      <div className="acts">
        <button type="button" className="btn" onClick={opens('edit')}>
          <Icon name="pencil" />
          {t.common.edit}
        </button>
        <button type="button" className="btn loud" onClick={opens('move')}>
          <Icon name="plus" />
          {s.moveHere}
        </button>
        <Menu
          title={t.common.more}
          label={t.common.more}
          className="btn square"
          button={<Icon name="dots" />}
          groups={[{ key: 'more', items: [{ key: 'delete', label: s.delete, icon: <Icon name="bin" />, onSelect: opens('delete') }] }]}
        />
      </div>
      {layer === 'delete' && <DeleteSiteDialog site={site} onClose={close} />}
      <Suspense>
        {layer === 'edit' && <SiteDialog site={site} onClose={close} />}
        {layer === 'move' && <MoveHereDialog site={site} onClose={close} />}
      </Suspense>
    </>
  )
}
