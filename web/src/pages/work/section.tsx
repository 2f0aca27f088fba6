import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { urgencyOf } from '../../features/equipment/due'
import { DueMark } from '../../features/equipment/due-mark'
import { MachineName } from '../../features/equipment/machine-name'
import { Refusal } from '../../features/equipment/user-errors'
import { useWorkStep, type Step } from '../../features/maintenance/use-work-mutations'
import { workText } from '../../features/maintenance/work-text'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { randomId } from '../../lib/random-id'
import { failureText } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { Shape, type ShapeName } from '../../ui/shape'
import { say, sayFailed } from '../../ui/toasts'
import { rowsOf, SectionFrame } from './section-frame'
import { sections, workQuery, type SectionKey, type WorkRow } from './work-queries'

export const looks: Record<SectionKey, { tone: string; shape: ShapeName }> = {
  overdue: { tone: 'tone-crit', shape: 'triangle' },
  progress: { tone: 'tone-maint', shape: 'diamond' },
  week: { tone: 'tone-soon', shape: 'open-triangle' },
  later: { tone: 'tone-inactive', shape: 'ring' },
}

function useSteps() {
  const { t } = useI18n()
  const step = useWorkStep()
  const done: Record<Step, string> = { start: t.maintenance.started, complete: t.maintenance.completed, cancel: t.maintenance.cancelled }
  const take = (row: WorkRow, next: Step) => {
    step.mutate(
      { id: row.id, step: next, key: randomId() },
      {
        onSuccess: () => {
          say(done[next])
        },
        onError: (error) => {
          sayFailed(error instanceof Refusal ? error.message : failureText(t, error))
        },
      },
    )
  }
  return { take, busy: step.isPending }
}

function Row({ row }: { row: WorkRow }) {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  const { take, busy } = useSteps()
  const m = t.maintenance
  const next: Step = row.status === 'PLANNED' ? 'start' : 'complete'
  const operator = row.equipment?.assignedOperator
  return (
    <li className="work-row">
      <div className="main-cell">
        {row.equipment ? (
          <Link to={`/equipment/${row.equipment.id}?record=${row.id}`} className="what plain">
            {workText(t, row)}
          </Link>
        ) : (
          <span className="what">{workText(t, row)}</span>
        )}
        <span className="small">
          {m.kind[row.kind]}
          {row.performedBy && ` · ${row.performedBy}`}
        </span>
      </div>
      <div className="machine-cell">
        {row.equipment ? (
          <Link to={`/equipment/${row.equipment.id}`} className="plain">
            <MachineName name={row.equipment.name} />
          </Link>
        ) : (
          <span className="quiet">{t.overview.deletedMachine}</span>
        )}
        <span className="small">{operator ? `${operator.firstName} ${operator.lastName}` : row.equipment?.category}</span>
      </div>
      <div className="date-cell">
        {row.status === 'PLANNED' ? <DueMark day={row.maintenanceDate} /> : <span>{fmt.day(row.maintenanceDate)}</span>}
        {row.status === 'PLANNED' ? (
          <span className="small">
            {urgencyOf(row.maintenanceDate, fmt.today()).urgency === 'later'
              ? fmt.weekday(row.maintenanceDate)
              : fmt.day(row.maintenanceDate)}
          </span>
        ) : (
          row.downFrom && !row.downTo && <span className="small">{m.downNow}</span>
        )}
      </div>
      {mayWrite && (
        <div className="acts-cell">
          <button
            type="button"
            className="btn"
            disabled={busy}
            onClick={() => {
              take(row, next)
            }}
          >
            {next === 'start' ? m.start : m.complete}
          </button>
          <Menu
            title={t.common.more}
            label={t.common.more}
            className="btn bare square"
            button={<Icon name="dots" />}
            groups={[
              {
                key: 'more',
                items: [
                  ...(row.status === 'PLANNED'
                    ? [
                        {
                          key: 'complete',
                          label: m.complete,
                          icon: <Shape name="tick" />,
                          onSelect: () => {
                            take(row, 'complete')
                          },
                        },
                      ]
                    : []),
                  {
                    key: 'cancel',
                    label: m.cancelWork,
                    icon: <Shape name="cross" />,
                    onSelect: () => {
                      take(row, 'cancel')
                    },
                  },
                ],
              },
            ]}
          />
        </div>
      )}
    </li>
  )
}

/** One part of the open work. */
export function Section({ name, title, empty }: { name: SectionKey; title: string; empty: string }) {
  const { fmt } = useI18n()
  const [step, setStep] = useState(0)
  const query = useQuery({ ...workQuery(sections(fmt.today())[name], rowsOf(step)), placeholderData: keepPreviousData })
  return (
    <SectionFrame id={name} title={title} empty={empty} look={looks[name]} query={query} step={step} onStep={setStep}>
      {(row) => <Row key={row.id} row={row} />}
    </SectionFrame>
  )
}
