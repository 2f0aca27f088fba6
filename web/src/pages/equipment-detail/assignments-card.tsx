import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { CorrectAssignmentDialog, DeleteAssignmentDialog, type Assignment } from './assignment-dialogs'
import { AssignmentPlans, PlanAhead } from './assignment-plans'
import { MoreButton } from './more-button'

const first = 5

/** The operators of a machine: those that are planned, and those over time, newest first, with what sets wrong periods right. */
export function AssignmentsCard({ machine }: { machine: EquipmentDetail }) {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  const [all, setAll] = useState(false)
  const [layer, setLayer] = useState<{ how: 'correct' | 'delete'; assignment: Assignment } | null>(null)
  const { nodes } = machine.assignments
  const close = () => {
    setLayer(null)
  }
  const day = (at: string) => fmt.day(fmt.dayOf(at))
  const Layer = layer?.how === 'delete' ? DeleteAssignmentDialog : CorrectAssignmentDialog
  return (
    <section className="card">
      <header>
        <h2>{t.mend.assignments}</h2>
        {mayWrite && machine.status !== 'RETIRED' && <PlanAhead machine={machine.id} />}
      </header>
      <AssignmentPlans machine={machine.id} />
      {nodes.length === 0 ? (
        <p className="quiet">{t.mend.noAssignments}</p>
      ) : (
        <ul className="entries">
          {(all ? nodes : nodes.slice(0, first)).map((a) => {
            const name = a.operator ? `${a.operator.firstName} ${a.operator.lastName}` : t.equipment.noOperator
            return (
              <li key={a.id}>
                <span>
                  {name}
                  <span className="small period">
                    {a.releasedAt === null
                      ? t.equipment.sinceDay(day(a.assignedAt))
                      : t.equipment.until(day(a.assignedAt), day(a.releasedAt))}
                  </span>
                </span>
                {mayWrite && (
                  <Menu
                    title={t.mend.actionsFor(name)}
                    label={t.mend.actionsFor(name)}
                    className="btn bare square"
                    button={<Icon name="dots" />}
                    groups={[
                      {
                        key: 'assignment',
                        items: [
                          {
                            key: 'correct',
                            label: t.mend.correct,
                            icon: <Icon name="pencil" />,
                            onSelect: () => {
                              setLayer({ how: 'correct', assignment: a })
                            },
                          },
                          {
                            key: 'delete',
                            label: t.mend.deleteAssignment,
                            icon: <Icon name="bin" />,
                            onSelect: () => {
                              setLayer({ how: 'delete', assignment: a })
                            },
                          },
                        ],
                      },
                    ]}
                  />
                )}
              </li>
            )
          })}
        </ul>
      )}
      {nodes.length > first && (
        <div className="card-links">
          <MoreButton all={all} onAll={setAll} />
        </div>
      )}
      {layer && <Layer machine={machine.id} assignment={layer.assignment} onClose={close} />}
    </section>
  )
}
