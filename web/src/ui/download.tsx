import { ensureSession } from '../data/ensure-session'
import { useI18n } from '../i18n/context'
import { phone, useMedia } from '../lib/use-media'
import { Icon } from './icon'
import { failureText } from './failure'
import { Menu } from './menu'
import { sayFailed } from './toasts'

interface DownloadProps {
  /** The name of the export: /export/NAME.csv. */
  name: string
  /** Variables of the export, such as the filter of the list that is shown. */
  variables: Record<string, unknown>
}

const formats = ['csv', 'xlsx'] as const

/** The address of an export. Objects are JSON, words are themselves. */
export function exportUrl(name: string, format: (typeof formats)[number], variables: DownloadProps['variables']): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(variables)) params.set(key, typeof value === 'string' ? value : JSON.stringify(value))
  return `/export/${name}.${format}?${params.toString()}`
}

/** Has the browser save what stands at an address of the server; the session's cookie goes with it. */
function save(href: string): void {
  const link = document.createElement('a')
  link.href = href
  link.download = ''
  document.body.append(link)
  link.click()
  link.remove()
}

/**
 * Downloads the whole list that is shown, as the server writes it: the browser keeps no
 * row in memory. A download cannot ask for a password, so the session is checked before.
 */
export function Download({ name, variables }: DownloadProps) {
  const { t } = useI18n()
  const onPhone = useMedia(phone)
  return (
    <Menu
      title={t.common.download}
      label={t.common.download}
      button={
        <>
          <Icon name="download" />
          {!onPhone && t.common.download}
        </>
      }
      groups={[
        {
          key: 'formats',
          items: formats.map((format) => {
            const href = exportUrl(name, format, variables)
            return {
              key: format,
              label: t.common.downloadAs[format],
              href,
              download: true,
              onSelect: () => {
                ensureSession().then(
                  () => {
                    save(href)
                  },
                  (error: unknown) => {
                    sayFailed(failureText(t, error))
                  },
                )
              },
            }
          }),
        },
      ]}
    />
  )
}
