import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { papersQuery } from '../../features/papers/papers'
import { ValidityMark } from '../../features/papers/validity-mark'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Menu } from '../../ui/menu'
import { MoreRows } from './more-button'

const PaperLayer = lazy(() => import('./paper-dialogs'))

const first = 5

/** The papers of a machine, those that expire first first. */
export function PapersCard({ machine }: { machine: string }) {
  const { t, fmt } = useI18n()
  const mayWrite = useMayWrite()
  const { data, error, refetch } = useQuery(papersQuery(machine))
  const [all, setAll] = useState(false)
  const [layer, setLayer] = useState<{ how: 'edit' | 'delete'; id: string | null } | null>(null)
  const p = t.papers
  const rows = data?.rows ?? []
  // As the server has it now: what was refused because another user changed it is sent again with the new version.
  const paper = rows.find((r) => r.id === layer?.id) ?? null
  return (
    <section className="card">
      <header>
        <h2>{p.title}</h2>
        {mayWrite && (
          <span className="end">
            <button
              type="button"
              className="link"
              aria-label={p.addTitle}
              onClick={() => {
                setLayer({ how: 'edit', id: null })
              }}
            >
              {p.add}
            </button>
          </span>
        )}
      </header>
      {data ? (
        rows.length === 0 && <p className="quiet">{p.none}</p>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Bone width="100%" height={48} />
      )}
      <ul className="entries">
        {(all ? rows : rows.slice(0, first)).map((r) => {
          const name = r.number === null ? p.kind[r.kind] : `${p.kind[r.kind]} ${r.number}`
          return (
            <li key={r.id}>
              <span className="entry">
                <span className="strong">{p.kind[r.kind]}</span>
                {r.number !== null && <span className="quiet"> {r.number}</span>}
                <span className="small period">{p.until(fmt.day(r.validUntil))}</span>
                <ValidityMark day={r.validUntil} />
                {r.note !== null && <span className="small period note">{r.note}</span>}
              </span>
              {mayWrite && (
                <Menu
                  title={t.mend.actionsFor(name)}
                  label={t.mend.actionsFor(name)}
                  className="btn bare square"
                  button={<Icon name="dots" />}
                  groups={[
                    {
                      key: 'paper',
                      items: [
                        {
                          key: 'edit',
                          label: p.edit,
                          icon: <Icon name="pencil" />,
                          onSelect: () => {
                            setLayer({ how: 'edit', id: r.id })
                          },
                        },
                        {
                          key: 'delete',
                          label: p.delete,
                          icon: <Icon name="bin" />,
                          onSelect: () => {
                            setLayer({ how: 'delete', id: r.id })
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
      {data && <MoreRows all={all} onAll={setAll} first={first} list={data} truncated={p.truncated} />}
      {layer && (layer.id === null || paper) && (
        <Suspense>
          <PaperLayer
            how={layer.how}
            machine={machine}
            paper={paper}
            onClose={() => {
              setLayer(null)
            }}
          />
        </Suspense>
      )}
    </section>
  )
}
