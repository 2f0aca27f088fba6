import type { DetailRecord, EquipmentDetail } from '../../features/equipment/detail'
import { addMonths, dayMillis } from '../../lib/days'

/** The span of the timeline, in milliseconds. */
export interface Span {
  from: number
  to: number
}

export interface Bar {
  id: string
  left: number
  width: number
  planned: boolean
  open: boolean
  record: DetailRecord
}

export interface Mark {
  id: string
  left: number
  record: DetailRecord
}

export interface Segment {
  id: string
  left: number
  width: number
  open: boolean
  label: string
  from: string
  to: string | null
}

/** Returns the last months, up to now; a little room at the end keeps the last mark whole. */
export function spanOf(today: string, months: number, now: number): Span {
  return { from: dayMillis(addMonths(today, 1 - months)), to: now }
}

/** Returns where a time is within a span, from 0 to 1. */
export function place(at: number, { from, to }: Span): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)))
}

/** Repairs are unplanned downtime, everything else is planned. */
export const isPlanned = (record: Pick<DetailRecord, 'kind'>) => record.kind !== 'CORRECTIVE'

/** Returns the downtimes that touch the span. */
export function downtimes(records: readonly DetailRecord[], span: Span): Bar[] {
  return records.flatMap((record) => {
    if (!record.downFrom) return []
    const start = Date.parse(record.downFrom)
    const end = record.downTo ? Date.parse(record.downTo) : span.to
    if (end < span.from || start > span.to) return []
    const left = place(start, span)
    return [{ id: record.id, left, width: place(end, span) - left, planned: isPlanned(record), open: record.downTo === null, record }]
  })
}

/** Returns the work that was done or begun within the span. */
export function marks(records: readonly DetailRecord[], span: Span): Mark[] {
  return records
    .filter((r) => r.status === 'COMPLETED' || r.status === 'IN_PROGRESS')
    .map((record) => ({ id: record.id, at: dayMillis(record.maintenanceDate), record }))
    .filter(({ at }) => at >= span.from && at <= span.to)
    .map(({ id, at, record }) => ({ id, left: place(at, span), record }))
}

/** Returns the periods of the operators within the span. */
export function operatorSegments(assignments: EquipmentDetail['assignments']['nodes'], span: Span, nameless: string): Segment[] {
  return assignments.flatMap((a) => {
    const start = Date.parse(a.assignedAt)
    const end = a.releasedAt ? Date.parse(a.releasedAt) : span.to
    if (end < span.from || start > span.to) return []
    const left = place(start, span)
    return [
      {
        id: a.id,
        left,
        width: place(end, span) - left,
        open: a.releasedAt === null,
        label: a.operator ? `${a.operator.firstName.slice(0, 1)}. ${a.operator.lastName}` : nameless,
        from: a.assignedAt,
        to: a.releasedAt,
      },
    ]
  })
}

export interface MeterLine {
  /** Points from 0 to 1, one line for each meter: a replaced one begins a new line. */
  lines: { x: number; y: number }[][]
  first: { x: number; y: number; hours: string }
  last: { x: number; y: number; hours: string }
}

export interface Reading {
  at: number
  hours: string
  replacement: boolean
}

/** Returns every reading of a machine's meter: those that were taken for themselves, and those of work. */
export function allReadings({ meterReadings, records }: Pick<EquipmentDetail, 'meterReadings' | 'records'>): Reading[] {
  return [
    ...meterReadings.nodes.map(({ readAt, hours, replacement }) => ({ at: Date.parse(readAt), hours, replacement })),
    ...records.nodes.flatMap((r) =>
      r.meterHours === null || r.status === 'CANCELLED'
        ? []
        : [{ at: dayMillis(r.maintenanceDate), hours: r.meterHours, replacement: false }],
    ),
  ]
}

/** Returns the readings of the span as lines. Null for fewer than two. */
export function meterLine(readings: readonly Reading[], span: Span): MeterLine | null {
  const sorted = readings
    .map((r) => ({ ...r, value: Number(r.hours) }))
    .filter((r) => r.at >= span.from && r.at <= span.to)
    .sort((a, b) => a.at - b.at)
  const first = sorted[0]
  const last = sorted.at(-1)
  if (!first || !last || sorted.length < 2) return null
  const values = sorted.map((r) => r.value)
  const low = Math.min(...values)
  const height = Math.max(...values) - low || 1
  const point = (r: (typeof sorted)[number]) => ({ x: place(r.at, span), y: (r.value - low) / height })
  const lines: { x: number; y: number }[][] = [[]]
  for (const reading of sorted) {
    if (reading.replacement) lines.push([])
    lines.at(-1)?.push(point(reading))
  }
  return {
    lines: lines.filter((l) => l.length > 0),
    first: { ...point(first), hours: first.hours },
    last: { ...point(last), hours: last.hours },
  }
}

/** Returns the first days of the months of a span, with their places. */
export function monthTicks(today: string, months: number, span: Span): { day: string; left: number }[] {
  return Array.from({ length: months }, (_, i) => addMonths(today, i + 1 - months)).map((day) => ({
    day,
    left: place(dayMillis(day), span),
  }))
}
