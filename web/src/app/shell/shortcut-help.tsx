import { useI18n } from '../../i18n/context'
import { CheckField } from '../../ui/check-field'
import { Dialog } from '../../ui/dialog'
import { usePreferences } from '../preferences'
import './layers.css'

/** The keys of the client. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useI18n()
  const { shortcuts, setShortcuts } = usePreferences()
  const then = ` ${t.common.then} `
  const rows: [string[], string][] = [
    [['Ctrl K', '/'], t.common.shortcutSearch],
    [[`g${then}o`], t.common.shortcutOverview],
    [[`g${then}m`], t.common.shortcutMachines],
    [[`g${then}w`], t.common.shortcutWork],
    [[`g${then}s`], t.common.shortcutSites],
    [[`g${then}r`], t.common.shortcutReliability],
    [['↑', '↓', 'Home', 'End'], t.common.shortcutRows],
    [['Enter'], t.common.shortcutOpen],
    [['Space'], t.common.shortcutSelect],
    [['?'], t.common.shortcutHelp],
  ]
  return (
    <Dialog title={t.common.shortcuts} onClose={onClose} size="narrow">
      <dl className="keys">
        {rows.map(([keys, label]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <CheckField label={t.common.shortcutsOn} checked={shortcuts} onCheck={setShortcuts} />
    </Dialog>
  )
}
