import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EquipmentDetail } from '../../features/equipment/detail'
import { HistoryList } from '../../features/history/history-list'
import { scheduleHistoryQuery } from '../../features/services/schedule'
import type { Schedule } from '../../features/services/services'
import { useI18n } from '../../i18n/context'
import { useScheduleTexts } from '../../i18n/schedules'
import { Bone } from '../../ui/bone'
import { Dialog } from '../../ui/dialog'
import { Failure } from '../../ui/failure'
import { pausesOf, pausesText } from './schedule-text'

const steps = [10, 100]

interface ScheduleHistoryProps {
  machine: EquipmentDetail
  schedule: Schedule
  onClose: () => void
}

/** What was changed in a service schedule, by which user and when. */
export function ScheduleHistory({ machine, schedule, onClose }: ScheduleHistoryProps) {
  const i18n = useI18n()
  const { t } = i18n
  const s = useScheduleTexts()
  const [step, setStep] = useState(0)
  const query = scheduleHistoryQuery(machine.id, schedule.id, steps[step] ?? 100)
  const { data, error, refetch } = useQuery({ ...query, placeholderData: keepPreviousData })
  const recurrences: Record<string, string> = s.recurrence
  return (
    <Dialog title={s.historyTitle(schedule.title)} onClose={onClose}>
      {data ? (
        <HistoryList
          entries={data.entries}
          names={new Map([[machine.id, machine.name]])}
          fields={s.fields}
          textOf={(field, value) => {
            if (field === 'recurrence') return recurrences[value] ?? null
            return field === 'pauses' ? pausesText(i18n, s, pausesOf(value)) : null
          }}
          draw={({ action }) =>
            action === 'PAUSED' || action === 'RESUMED' ? <span className="strong">{t.equipment.actions[action]}</span> : null
          }
        />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={160} />
      )}
      {data?.hasMore && step < steps.length - 1 && (
        <button
          type="button"
          className="link"
          onClick={() => {
            setStep(step + 1)
          }}
        >
          {t.equipment.showMore}
        </button>
      )}
    </Dialog>
  )
}
