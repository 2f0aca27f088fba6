import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { categoriesQuery } from '../../features/equipment/counts'
import { useI18n } from '../../i18n/context'
import { Tile } from './tile'

const shown = 8

/** The categories with most machines. */
export function CategoryTile() {
  const { t, fmt } = useI18n()
  const query = useQuery(categoriesQuery({}))
  return (
    <Tile query={query} className="c6" height={150} title={() => <h2>{t.overview.byCategory}</h2>}>
      {(categories) => {
        const most = categories[0]?.count ?? 1
        return (
          <ol className="ranks tight halves">
            {categories.slice(0, shown).map((c) => (
              <li key={c.category}>
                <Link to={`/equipment?category=${encodeURIComponent(c.category)}`} className="line">
                  <span className="ellipsis">{c.category}</span>
                  <span>{fmt.count(c.count)}</span>
                </Link>
                <div className="track" aria-hidden="true">
                  <i style={{ width: `${String((100 * c.count) / most)}%` }} />
                </div>
              </li>
            ))}
          </ol>
        )
      }}
    </Tile>
  )
}
