import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { siteCountQuery, type SiteList } from '../../features/sites/site-list'
import { useMayWrite } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { phone, useMedia } from '../../lib/use-media'
import { Bone } from '../../ui/bone'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { usePageTitle } from '../../ui/page-title'
import { SearchField } from '../../ui/search-field'
import { SiteTable } from './site-table'
import './sites.css'

const SiteDialog = lazy(() => import('../../features/sites/site-dialog'))

function Loading() {
  return (
    <div className="site-table" aria-hidden="true">
      {Array.from({ length: 8 }, (_, i) => (
        <div key={i} className="site-row loading">
          <Bone width={`${String(20 + ((i * 13) % 30))}%`} />
        </div>
      ))}
    </div>
  )
}

/** The button that adds a site, with its form. */
function AddSite() {
  const s = useSiteTexts()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="btn loud"
        onClick={() => {
          setOpen(true)
        }}
      >
        <Icon name="plus" />
        {s.add}
      </button>
      {open && (
        <Suspense>
          <SiteDialog
            site={null}
            onClose={() => {
              setOpen(false)
            }}
            onSaved={(id) => void navigate(`/sites/${id}`)}
          />
        </Suspense>
      )}
    </>
  )
}

/** The sites of the company, by name. */
export function Page() {
  const { fmt } = useI18n()
  const s = useSiteTexts()
  const mayWrite = useMayWrite()
  const onPhone = useMedia(phone)
  const [params, setParams] = useSearchParams()
  const search = (params.get('q') ?? '').trim().slice(0, 200)
  const deleted = params.get('deleted') === 'only'
  const count = useQuery({ ...siteCountQuery({ search, deleted }), placeholderData: keepPreviousData })
  const all = useQuery(siteCountQuery({ search: '', deleted }))
  const title = deleted ? s.deletedTitle : s.title
  usePageTitle(title)
  const show = useCallback(
    (list: Partial<SiteList>) => {
      setParams(
        (before) => {
          const next = { search: before.get('q') ?? '', deleted: before.get('deleted') === 'only', ...list }
          return { ...(next.search === '' ? {} : { q: next.search }), ...(next.deleted ? { deleted: 'only' } : {}) }
        },
        { replace: true },
      )
    },
    [setParams],
  )
  const onSearch = useCallback(
    (words: string) => {
      show({ search: words })
    },
    [show],
  )
  const total = count.data
  const filtered = search !== ''
  const summary =
    total === undefined
      ? ''
      : filtered && all.data !== undefined
        ? s.filtered(fmt.count(total), s.found(all.data, fmt.count(all.data)))
        : s.found(total, fmt.count(total))
  const other = deleted ? s.showSites : s.showDeleted
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        <span className="quiet" role="status">
          {summary}
        </span>
        {mayWrite && (
          <div className="acts">
            <button
              type="button"
              className="btn"
              aria-label={other}
              onClick={() => {
                show({ deleted: !deleted })
              }}
            >
              <Icon name={deleted ? 'left' : 'bin'} />
              {!onPhone && other}
            </button>
            {!deleted && <AddSite />}
          </div>
        )}
      </div>
      <div className="site-tools">
        <SearchField label={s.search} search={search} onSearch={onSearch} />
      </div>
      {total === undefined ? (
        count.error ? (
          <div className="card">
            <Failure error={count.error} onRetry={() => void count.refetch()} />
          </div>
        ) : (
          <Loading />
        )
      ) : total === 0 ? (
        <div className="card blank" role="status">
          <h2>{s.emptyTitle}</h2>
          <p>{filtered ? s.emptyFiltered : deleted ? s.emptyDeleted : mayWrite ? s.emptyNeverWrite : s.emptyNever}</p>
          {filtered && (
            <button
              type="button"
              className="btn"
              onClick={() => {
                onSearch('')
              }}
            >
              {s.clear}
            </button>
          )}
        </div>
      ) : (
        <SiteTable key={`${String(deleted)} ${search}`} list={{ search, deleted }} total={total} />
      )}
    </>
  )
}
