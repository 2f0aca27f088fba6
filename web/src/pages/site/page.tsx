import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { saidOutcome } from '../../features/mend/use-mend-form'
import { deletedSiteQuery, siteQuery, type Site } from '../../features/sites/site-list'
import { useChangeSite } from '../../features/sites/use-change-site'
import { atLeast, useMayWrite, useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { useSiteTexts } from '../../i18n/site-pages'
import { randomId } from '../../lib/random-id'
import { Bone } from '../../ui/bone'
import '../../ui/detail.css'
import { Failure } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { usePageTitle } from '../../ui/page-title'
import { Actions } from './actions'
import { LogCard } from './log-card'
import { MachinesCard } from './machines-card'
import './site.css'

function Crumbs({ deleted = false }: { deleted?: boolean }) {
  const { t } = useI18n()
  const s = useSiteTexts()
  return (
    <nav className="small crumbs" aria-label={t.common.back}>
      <Link to={deleted ? '/sites?deleted=only' : '/sites'} className="plain">
        {deleted ? s.deletedTitle : s.title}
      </Link>
    </nav>
  )
}

function SiteFacts({ site }: { site: Site }) {
  const { fmt } = useI18n()
  const s = useSiteTexts()
  const { company } = useViewer()
  const facts: [string, React.ReactNode][] = [
    [s.code, site.code ?? '–'],
    [s.address, site.address ?? '–'],
    [
      s.timeZone,
      site.timeZone ?? (
        <>
          {company.timeZone} <span className="quiet">({s.ofCompany})</span>
        </>
      ),
    ],
    [s.added, fmt.day(fmt.dayOf(site.createdAt))],
  ]
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function SitePage({ site }: { site: Site }) {
  const { role } = useViewer()
  const mayWrite = useMayWrite()
  usePageTitle(site.name)
  return (
    <article className="site">
      <Crumbs />
      <div className="page-head">
        <h1>{site.name}</h1>
        {mayWrite && <Actions site={site} />}
      </div>
      <SiteFacts site={site} />
      <div className="site-columns">
        <MachinesCard site={site} />
        {atLeast(role, 'ANALYST') && <LogCard site={site} />}
      </div>
    </article>
  )
}

function Loading() {
  return (
    <div aria-busy="true">
      <Bone width={80} />
      <div className="page-head loading-head">
        <Bone width={320} height={28} />
      </div>
      <div className="card">
        <Bone width="100%" height={240} />
      </div>
    </div>
  )
}

/** A site that the company does not have: managers can restore a deleted one. */
function Gone({ id }: { id: string }) {
  const { t, fmt } = useI18n()
  const s = useSiteTexts()
  const mayWrite = useMayWrite()
  const change = useChangeSite()
  const { data, error, isLoading, refetch } = useQuery({ ...deletedSiteQuery(id), enabled: mayWrite })
  if (isLoading) return <Loading />
  if (error) {
    return (
      <div className="card">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    )
  }
  return (
    <>
      <Crumbs deleted={data != null} />
      <div className="blank">
        <h1>{data ? data.name : t.common.notFoundTitle}</h1>
        <p>{data?.deletedAt ? s.deletedNote(fmt.dateTime(data.deletedAt)) : s.notFound}</p>
        {data ? (
          <button
            type="button"
            className="btn loud"
            disabled={change.isPending}
            onClick={() => {
              change.mutate({ how: 'restore', input: { siteId: id }, key: randomId() }, saidOutcome(t, s.restored(data.name)))
            }}
          >
            <Icon name="undo" />
            {s.restore}
          </button>
        ) : (
          <Link to="/sites" className="btn loud">
            {s.toList}
          </Link>
        )}
      </div>
    </>
  )
}

/** One site. */
export function Page() {
  const { id = '' } = useParams()
  const { data, error, refetch } = useQuery(siteQuery(id))
  if (data) return <SitePage key={data.id} site={data} />
  if (data === null) return <Gone id={id} />
  if (error) {
    return (
      <div className="card">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    )
  }
  return <Loading />
}
