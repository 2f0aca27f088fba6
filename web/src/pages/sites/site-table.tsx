import { useQueries } from '@tanstack/react-query'
import { useState, type CSSProperties } from 'react'
import { Link } from 'react-router'
import { List, type RowComponentProps } from 'react-window'
import { pageSize } from '../../features/equipment/pages'
import { saidOutcome } from '../../features/mend/use-mend-form'
import { sitePageQuery, type Site, type SiteList } from '../../features/sites/site-list'
import { useChangeSite } from '../../features/sites/use-change-site'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { randomId } from '../../lib/random-id'
import { phone, useMedia } from '../../lib/use-media'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { focusHeading } from '../../ui/page-title'

const rowHeight = 52
const cardHeight = 80
const deletedCardHeight = 104

interface RowProps {
  rowOf: (index: number) => Site | undefined
  cards: boolean
}

interface BodyProps {
  index: number
  style: CSSProperties
  site: Site
}

function Name({ site }: { site: Site }) {
  return (
    <Link to={`/sites/${site.id}`} className="strong ellipsis whole">
      {site.name}
    </Link>
  )
}

/** Restores a deleted site, which leaves the list then. */
function Restore({ site }: { site: Site }) {
  const { t } = useI18n()
  const s = useSiteTexts()
  const change = useChangeSite()
  const outcome = saidOutcome(t, s.restored(site.name))
  return (
    <button
      type="button"
      className="btn restore"
      aria-label={s.restoreNamed(site.name)}
      disabled={change.isPending}
      onClick={() => {
        change.mutateAsync({ how: 'restore', input: { siteId: site.id, expectedVersion: site.version }, key: randomId() }).then(() => {
          outcome.onSuccess()
          focusHeading() // the button leaves with its row
        }, outcome.onError)
      }}
    >
      <Icon name="undo" />
      {t.mend.restore}
    </button>
  )
}

function TableRow({ index, style, site }: BodyProps) {
  const { fmt } = useI18n()
  return (
    <div role="row" aria-rowindex={index + 2} className={site.deletedAt === null ? 'site-row' : 'site-row deleted'} style={style}>
      <div role="cell" className="name">
        <Name site={site} />
        {site.address !== null && <span className="small ellipsis">{site.address}</span>}
      </div>
      <div role="cell" className="ellipsis quiet">
        {site.code}
      </div>
      {site.deletedAt === null ? (
        <div role="cell" className="num">
          {fmt.count(site.equipment.totalCount)}
        </div>
      ) : (
        <>
          <div role="cell" className="quiet">
            {fmt.dateTime(site.deletedAt)}
          </div>
          <div role="cell" className="act">
            <Restore site={site} />
          </div>
        </>
      )}
    </div>
  )
}

function CardRow({ index, style, site }: BodyProps) {
  const { fmt } = useI18n()
  const s = useSiteTexts()
  const n = site.equipment.totalCount
  return (
    <div role="row" aria-rowindex={index + 2} className="site-card-row" style={style}>
      <div role="cell" className="site-card">
        <div className="line title">
          <Name site={site} />
          <span className="quiet nowrap">{site.code}</span>
        </div>
        {site.deletedAt === null ? (
          <div className="line quiet">
            <span className="nowrap">{n === 0 ? s.noMachines : s.machines(n, fmt.count(n))}</span>
            <span className="small ellipsis">{site.address}</span>
          </div>
        ) : (
          <div className="line quiet">
            <span className="ellipsis">{s.deletedOn(fmt.day(fmt.dayOf(site.deletedAt)))}</span>
            <Restore site={site} />
          </div>
        )}
      </div>
    </div>
  )
}

/** A site of the list; a grey place until it is loaded. */
function Row({ index, style, rowOf, cards }: RowComponentProps<RowProps>) {
  const site = rowOf(index)
  if (site) return cards ? <CardRow index={index} style={style} site={site} /> : <TableRow index={index} style={style} site={site} />
  return (
    <div role="row" aria-rowindex={index + 2} aria-busy="true" className={cards ? 'site-card-row' : 'site-row'} style={style}>
      <div role="cell" className={cards ? 'site-card' : 'wide'}>
        <Bone width={`${String(30 + ((index * 37) % 40))}%`} />
      </div>
    </div>
  )
}

/** The windowed table of sites: rows outside of the window are not in the document, and only pages in sight are asked for. */
export function SiteTable({ list, total }: { list: SiteList; total: number }) {
  const s = useSiteTexts()
  const { t } = useI18n()
  const cards = useMedia(phone)
  const [pages, setPages] = useState({ from: 0, to: 0 })
  const shown = Array.from({ length: pages.to - pages.from + 1 }, (_, i) => pages.from + i)
  const results = useQueries({ queries: shown.map((page) => sitePageQuery(list, page)) })
  const failed = results.find((r) => r.isError && r.data === undefined)
  const rowOf = (index: number) => results[Math.floor(index / pageSize) - pages.from]?.data?.[index % pageSize]
  return (
    <>
      {failed && (
        <div className="card">
          <Failure error={failed.error} onRetry={() => void failed.refetch()} compact />
        </div>
      )}
      <div
        role="table"
        aria-label={list.deleted ? s.deletedTitle : s.list}
        aria-rowcount={total + 1}
        className={cards ? 'site-cards' : 'site-table'}
      >
        <div role="rowgroup" className={cards ? 'sr' : 'site-heads'}>
          <div role="row" aria-rowindex={1} className={list.deleted ? 'site-row deleted' : 'site-row'}>
            {cards ? (
              <div role="columnheader">{t.sites.site}</div>
            ) : (
              <>
                <div role="columnheader">{s.name}</div>
                <div role="columnheader">{s.code}</div>
                {list.deleted ? (
                  <>
                    <div role="columnheader">{s.deletedAt}</div>
                    <div role="columnheader" className="act">
                      <span className="sr">{s.restore}</span>
                    </div>
                  </>
                ) : (
                  <div role="columnheader" className="num">
                    {s.machinesNow}
                  </div>
                )}
              </>
            )}
          </div>
        </div>
        <List
          key={cards ? 'cards' : 'rows'}
          role="rowgroup"
          rowComponent={Row}
          rowCount={total}
          rowHeight={cards ? (list.deleted ? deletedCardHeight : cardHeight) : rowHeight}
          rowProps={{ rowOf, cards }}
          overscanCount={4}
          scrollElement="window"
          defaultHeight={700}
          onRowsRendered={(_seen, { startIndex, stopIndex }) => {
            const [from, to] = [Math.floor(startIndex / pageSize), Math.floor(stopIndex / pageSize)]
            setPages((p) => (p.from === from && p.to === to ? p : { from, to }))
          }}
        />
      </div>
    </>
  )
}
