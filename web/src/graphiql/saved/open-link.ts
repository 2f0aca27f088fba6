import { openTab } from '../link'
import { RequestError } from '../request'
import { signInLink } from '../signed-in'
import type { DocumentStorage } from '../storage'
import { noSuchQuery } from './messages'
import { readSaved } from './saved-queries'
import { useSavedTabs } from './saved-tabs'

/** Shows the panel of saved queries when GraphiQL opens, though it was hidden before. A phone has no room for it beside the editor. */
function showPanel(storage: DocumentStorage) {
  if (matchMedia('(max-width: 700px)').matches) return
  storage.setItem('graphiql:visiblePlugin', 'Saved queries')
  storage.removeItem('graphiql:docExplorerFlex')
}

/** Opens a tab for a link such as /graphiql?saved=savedquery_…, and executes nothing. Says in notice why it cannot. */
export async function openSavedLink(id: string, storage: DocumentStorage, examples: string[], notice: HTMLElement | null): Promise<void> {
  const say = (...parts: (string | HTMLElement)[]) => {
    if (!notice) return
    notice.replaceChildren(...parts)
    notice.hidden = false
  }
  try {
    const query = await readSaved(id)
    if (!query) {
      say(noSuchQuery)
      return
    }
    useSavedTabs.getState().link(openTab(query, storage, examples), query)
    showPanel(storage)
  } catch (error) {
    const code = error instanceof RequestError ? error.code : ''
    if (code === 'UNAUTHENTICATED') say('Sign in to open the saved query. ', signInLink())
    else if (code === 'BAD_INPUT') say(noSuchQuery)
    else say(`The saved query cannot be opened: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
