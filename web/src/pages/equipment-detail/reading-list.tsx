import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import type { Reading } from './reading-dialogs'

interface ReadingListProps {
  readings: readonly Reading[]
  /** What a reading shows, with its unit. */
  textOf: (reading: Reading) => string
  onMend: (how: 'correct' | 'void', reading: Reading) => void
}

/** Readings of one meter, each with what sets a wrong one right. */
export function ReadingList({ readings, textOf, onMend }: ReadingListProps) {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  return (
    <ul className="entries">
      {readings.map((r) => {
        const shows = textOf(r)
        return (
          <li key={r.id}>
            <span className="quiet">{fmt.dateTime(r.readAt)}</span>
            <span className="value">
              {r.replacement && <span className="small">{t.mend.replaced} </span>}
              {shows}
            </span>
            {mayWrite && (
              <Menu
                title={t.mend.actionsFor(shows)}
                label={t.mend.actionsFor(shows)}
                className="btn bare square"
                button={<Icon name="dots" />}
                groups={[
                  {
                    key: 'reading',
                    items: [
                      {
                        key: 'correct',
                        label: t.mend.correct,
                        icon: <Icon name="pencil" />,
                        onSelect: () => {
                          onMend('correct', r)
                        },
                      },
                      {
                        key: 'void',
                        label: t.mend.voidReading,
                        icon: <Icon name="bin" />,
                        onSelect: () => {
                          onMend('void', r)
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
  )
}
