import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { MachineName } from '../../features/equipment/machine-name'
import { expiringQuery } from '../../features/papers/papers'
import { ValidityMark } from '../../features/papers/validity-mark'
import { useI18n } from '../../i18n/context'
import { rowsOf, SectionFrame } from './section-frame'

const look = { tone: 'tone-soon', shape: 'open-triangle' } as const

/** The papers of machines that have expired or are about to, those that expire first first. */
export function PapersSection() {
  const { t, fmt } = useI18n()
  const [step, setStep] = useState(0)
  const query = useQuery({ ...expiringQuery(fmt.today(), rowsOf(step)), placeholderData: keepPreviousData })
  const p = t.papers
  return (
    <SectionFrame
      id="papers"
      title={p.expiring}
      empty={p.noneExpiring}
      look={look}
      truncated={p.truncated}
      query={query}
      step={step}
      onStep={setStep}
    >
      {({ id, kind, number, note, validUntil, equipment }) => (
        <li key={id} className="work-row">
          <div className="main-cell">
            <span className="what">
              {p.kind[kind]} {number !== null && <span className="quiet">{number}</span>}
            </span>
            {note !== null && <span className="small ellipsis note">{note}</span>}
          </div>
          <div className="machine-cell">
            {equipment ? (
              <Link to={`/equipment/${equipment.id}`} className="plain">
                <MachineName name={equipment.name} />
              </Link>
            ) : (
              <span className="quiet">{t.overview.deletedMachine}</span>
            )}
            {equipment && <span className="small">{equipment.category}</span>}
          </div>
          <div className="date-cell">
            <ValidityMark day={validUntil} />
            <span className="small">{p.until(fmt.day(validUntil))}</span>
          </div>
        </li>
      )}
    </SectionFrame>
  )
}
