import { Component, type ReactNode } from 'react'
import type { Messages } from '../i18n/messages'

interface Props {
  messages: Messages
  children: ReactNode
}

/** The last resort: an error that nothing else has caught. */
export class CrashBoundary extends Component<Props, { crashed: boolean }> {
  override state = { crashed: false }

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true }
  }

  override render(): ReactNode {
    const { messages, children } = this.props
    if (!this.state.crashed) return children
    return (
      <main className="alone" role="alert">
        <h1>{messages.common.crashTitle}</h1>
        <p className="quiet">{messages.common.crashText}</p>
        <button
          type="button"
          className="btn loud"
          onClick={() => {
            location.reload()
          }}
        >
          {messages.common.reload}
        </button>
      </main>
    )
  }
}
