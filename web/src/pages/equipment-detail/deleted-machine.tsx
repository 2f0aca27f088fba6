import { Link } from 'react-router'
import { HistoryList, historyLine, type Names } from '../../features/history/history-list'
import { WorkMark } from '../../features/maintenance/look'
import { workText } from '../../features/maintenance/work-text'
import { saidOutcome } from '../../features/mend/use-mend-form'
import { readFragment } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { useMergeTexts } from '../../i18n/merges'
import { Icon } from '../../ui/icon'
import { usePageTitle } from '../../ui/page-title'
import type { Deleted } from './deleted-machine-query'
import { Facts } from './facts'
import { mergedInto } from './merged-into'
import { useDeleteMachine } from './use-delete-machine'
import { useMergeMachines } from './use-merge-machines'

/** A deleted machine: what it was, what was done with it, and a way back. */
export function DeletedMachine({ machine }: { machine: Deleted }) {
  const { t, fmt } = useI18n()
  const m = useMergeTexts()
  const { restore } = useDeleteMachine()
  const { undo } = useMergeMachines()
  const e = t.equipment
  const history = readFragment(historyLine, machine.history.nodes)
  const stays = mergedInto(history)
  const names: Names = new Map([[machine.id, machine.name]])
  const { nodes, totalCount } = machine.maintenanceRecords
  usePageTitle(machine.name)
  return (
    <article className="machine">
      <nav className="small crumbs" aria-label={t.common.back}>
        <Link to="/equipment?deleted=only" className="plain">
          {e.deletedTitle}
        </Link>
      </nav>
      <div className="page-head">
        <h1>{machine.name}</h1>
        <span className="pill tone-retired">
          <Icon name="bin" size={12} />
          {e.isDeleted}
        </span>
        <div className="acts">
          <button
            type="button"
            className="btn loud"
            disabled={restore.isPending || undo.isPending}
            onClick={() => {
              const outcome = saidOutcome(t, stays ? m.undone(machine.name) : e.restored(machine.name))
              const back = stays ? undo.mutateAsync({ stays: stays.id, duplicate: machine.id }) : restore.mutateAsync(machine.id)
              // This page may be gone before the answer comes: an event tells that the machine is back.
              back.then(outcome.onSuccess, outcome.onError)
            }}
          >
            <Icon name="undo" />
            {stays ? m.undo : e.restore}
          </button>
        </div>
      </div>
      {machine.deletedAt && <p className="notice">{e.deletedNote(fmt.dateTime(machine.deletedAt))}</p>}
      {stays && (
        <p className="notice">
          {m.isMerged(stays.name)}
          <Link to={`/equipment/${stays.id}`} className="link">
            {m.showStays}
          </Link>
        </p>
      )}
      <Facts machine={{ ...machine, assignedOperator: null }} />
      {machine.description && <p className="about">{machine.description}</p>}
      <div className="columns">
        <section className="card">
          <header>
            <h2>{t.maintenance.title}</h2>
            <span className="quiet">{t.maintenance.records(totalCount, fmt.count(totalCount))}</span>
          </header>
          {nodes.length === 0 ? (
            <p className="quiet">{t.maintenance.none}</p>
          ) : (
            <ul className="entries">
              {nodes.map((r) => (
                <li key={r.id}>
                  <span>
                    {workText(t, r)}
                    <span className="small period">
                      {fmt.day(r.maintenanceDate)}, {t.maintenance.kind[r.kind]}
                      {r.cost !== null && `, ${fmt.money(r.cost)}`}
                    </span>
                  </span>
                  <span className="value">
                    <WorkMark status={r.status} />
                  </span>
                </li>
              ))}
            </ul>
          )}
          {totalCount > nodes.length && <p className="small">{e.truncated(fmt.count(nodes.length))}</p>}
        </section>
        <section className="card">
          <header>
            <h2>{e.history}</h2>
          </header>
          <HistoryList entries={history} names={names} />
        </section>
      </div>
    </article>
  )
}
