import { lazy, Suspense, useEffect, useRef } from 'react'
import { Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router'
import { useEquipmentLive } from '../../features/equipment/use-equipment-live'
import { RecordWorkHost } from '../../features/maintenance/record-work-host'
import { useWorkLive } from '../../features/maintenance/use-work-live'
import { useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { useSession } from '../../data/session'
import { focusHeading } from '../../ui/page-title'
import { Toaster } from '../../ui/toaster'
import { loadPage } from '../lazy-page'
import { useLayers } from './layers'
import { Nav, Tabs } from './nav'
import { TopBar } from './top-bar'
import { useShortcuts } from './use-shortcuts'

const loadPalette = () => import('./palette')
const Palette = lazy(() => loadPage(loadPalette))
const ShortcutHelp = lazy(() => loadPage(() => import('./shortcut-help')))
const SignInAgain = lazy(() => loadPage(() => import('./sign-in-again')))
const ChangePassword = lazy(() => loadPage(() => import('./change-password')))

/** Moves the focus to the heading of a page that was navigated to, as a document's would be. */
function useFocusOnNavigation(): void {
  const { pathname } = useLocation()
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    focusHeading()
  }, [pathname])
}

function Layers() {
  const { layer, close } = useLayers()
  const ended = useSession((s) => s.ended)
  return (
    <Suspense>
      {layer === 'palette' && <Palette onClose={close} />}
      {layer === 'help' && <ShortcutHelp onClose={close} />}
      {layer === 'password' && <ChangePassword onClose={close} />}
      {ended && <SignInAgain />}
    </Suspense>
  )
}

/** Asks for a password of one's own. */
function PasswordNotice() {
  const { t } = useI18n()
  const { passwordMustChange } = useViewer()
  const open = useLayers((s) => s.open)
  if (!passwordMustChange) return null
  return (
    <div className="notice" role="status">
      <span>{t.common.passwordMustChange}</span>
      <button
        type="button"
        className="btn"
        onClick={() => {
          open('password')
        }}
      >
        {t.common.changePassword}
      </button>
    </div>
  )
}

/** The frame of every page: top bar, navigation, the page, and the layers above it. */
export function Shell() {
  const { t } = useI18n()
  const navigation = useNavigation()
  const wall = new URLSearchParams(useLocation().search).has('wall')
  useFocusOnNavigation()
  useShortcuts()
  useEquipmentLive()
  useEffect(() => {
    // What is typed right after the shortcut must find the search there.
    const timer = setTimeout(() => {
      loadPalette().catch(() => undefined)
    }, 2000)
    return () => {
      clearTimeout(timer)
    }
  }, [])
  useWorkLive()
  if (wall) return <Outlet />
  return (
    <>
      <a href="#main" className="btn skip">
        {t.common.skip}
      </a>
      {navigation.state === 'loading' && <div className="progress" aria-hidden="true" />}
      <TopBar />
      <div className="frame">
        <Nav />
        <main className="main" id="main" tabIndex={-1}>
          <PasswordNotice />
          <Outlet />
        </main>
      </div>
      <Tabs />
      <Layers />
      <RecordWorkHost />
      <Toaster />
      <ScrollRestoration />
    </>
  )
}
