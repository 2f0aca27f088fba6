import type { AssignmentPlan } from '../../features/assignments/plans'
import type { EquipmentDetail } from '../../features/equipment/detail'
import type { Names } from '../../features/history/history-list'
import { workText } from '../../features/maintenance/work-text'
import type { Formats } from '../../i18n/formats'
import type { Messages } from '../../i18n/messages'

/** Returns the names of the rows that the page of a machine knows, for its history. */
export function namesOf(machine: EquipmentDetail, plans: readonly AssignmentPlan[], t: Messages, fmt: Formats): Names {
  const names = new Map<string, string>([[machine.id, machine.name]])
  const person = (o: { id: string; firstName: string; lastName: string } | null | undefined) => {
    if (o) names.set(o.id, `${o.firstName} ${o.lastName}`)
  }
  person(machine.assignedOperator)
  for (const { operator } of [...machine.assignments.nodes, ...plans]) person(operator)
  for (const { site } of machine.siteMoves.nodes) if (site) names.set(site.id, site.name)
  for (const r of machine.records.nodes) names.set(r.id, `${workText(t, r)} (${fmt.day(r.maintenanceDate)})`)
  return names
}
