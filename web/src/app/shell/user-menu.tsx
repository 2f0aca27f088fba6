import { useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { hasSessionQuery, useViewer } from '../../features/viewer/viewer'
import { useI18n } from '../../i18n/context'
import { languageNames, languages } from '../../i18n/messages'
import { Icon } from '../../ui/icon'
import { Menu, type MenuGroup } from '../../ui/menu'
import { usePreferences, type Theme } from '../preferences'
import { useLayers } from './layers'

const themes: Theme[] = ['auto', 'light', 'dark']

/** Signs out by a form, so that the browser follows the server's redirect by itself. */
function signOut(): void {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = '/sign-out'
  document.body.append(form)
  form.submit()
}

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => part[0] ?? '')
    .filter((_, i, all) => i === 0 || i === all.length - 1)
    .join('')
    .toUpperCase()

/** The user, what can be chosen for this browser, and the ways to the API. */
export function UserMenu() {
  const { t } = useI18n()
  const viewer = useViewer()
  const navigate = useNavigate()
  const open = useLayers((s) => s.open)
  const { language, theme, setLanguage, setTheme } = usePreferences()
  const { data: hasSession } = useQuery(hasSessionQuery)
  const themeNames: Record<Theme, string> = { auto: t.common.themeAuto, light: t.common.themeLight, dark: t.common.themeDark }
  const groups: MenuGroup[] = [
    {
      key: 'language',
      label: t.common.language,
      items: [null, ...languages].map((l) => ({
        key: l ?? 'auto',
        label: l ? languageNames[l] : t.common.languageAuto,
        checked: language === l,
        onSelect: () => {
          setLanguage(l)
        },
      })),
    },
    {
      key: 'theme',
      label: t.common.theme,
      items: themes.map((name) => ({
        key: name,
        label: themeNames[name],
        checked: theme === name,
        onSelect: () => {
          setTheme(name)
        },
      })),
    },
    {
      key: 'places',
      items: [
        { key: 'wall', label: t.common.wall, icon: <Icon name="wall" />, onSelect: () => void navigate('/?wall') },
        {
          key: 'help',
          label: t.common.shortcuts,
          icon: <Icon name="list" />,
          onSelect: () => {
            open('help')
          },
        },
        { key: 'graphiql', label: t.common.graphiql, icon: <Icon name="code" />, href: '/graphiql' },
      ],
    },
  ]
  if (hasSession !== undefined) {
    groups.push({
      key: 'session',
      items: hasSession
        ? [{ key: 'out', label: t.common.signOut, icon: <Icon name="signOut" />, onSelect: signOut }]
        : [
            {
              key: 'in',
              label: t.common.signIn,
              icon: <Icon name="user" />,
              href: `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`,
            },
          ],
    })
  }
  return (
    <Menu
      title={t.common.user(viewer.name)}
      className="user"
      button={
        <>
          <span className="avatar" aria-hidden="true">
            {initialsOf(viewer.name)}
          </span>
          <span className="name">{viewer.name}</span>
        </>
      }
      head={
        <div className="who">
          <div className="strong">{viewer.name}</div>
          <div className="small">
            {viewer.email} · {t.common.role[viewer.role]}
          </div>
        </div>
      }
      groups={groups}
    />
  )
}
