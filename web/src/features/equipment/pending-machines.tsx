import { useI18n } from '../../i18n/context'
import { MachineName } from './machine-name'
import { usePending } from './pending'
import { StatusMark } from './status-mark'
import './machine-form.css'

/** The machines that are being added. */
export function PendingMachines() {
  const { t } = useI18n()
  const machines = usePending((s) => s.machines)
  if (machines.length === 0) return null
  return (
    <ul className="pending" aria-label={t.equipment.adding}>
      {machines.map(({ key, input }) => (
        <li key={key}>
          <span className="strong ellipsis">
            <MachineName name={input.name} />
          </span>
          <span className="quiet ellipsis">{input.category}</span>
          <StatusMark status={input.status} />
          <span className="small">{t.equipment.adding}</span>
        </li>
      ))}
    </ul>
  )
}
