import { graphql } from '../graphql'
import { request } from './request'

const userDocument = graphql(`
  query GraphiQLUser {
    viewer {
      name
      role
    }
  }
`)

const sessionsDocument = graphql(`
  query GraphiQLSessions {
    sessions {
      current
    }
  }
`)

/** Returns a link to the sign-in page, which leads back to this page. */
export function signInLink(): HTMLElement {
  const a = document.createElement('a')
  a.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`
  a.textContent = 'Sign in'
  return a
}

/** Returns a form, so that the browser follows the server's redirect by itself. */
function signOutForm(): HTMLElement {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = '/sign-out'
  const button = document.createElement('button')
  button.className = 'button second small'
  button.textContent = 'Sign out'
  form.append(button)
  return form
}

/** Returns the signed-in user. The demo's manager has no session, so it gets a link to sign in instead of a button to sign out. */
async function user(): Promise<HTMLElement[]> {
  const { viewer } = await request(userDocument)
  const name = document.createElement('span')
  if (!viewer) {
    name.textContent = 'Not signed in'
    return [name, signInLink()]
  }
  name.textContent = `${viewer.name} · ${viewer.role.toLowerCase()}`
  const { sessions } = await request(sessionsDocument)
  return [name, sessions?.some((s) => s.current) ? signOutForm() : signInLink()]
}

/** Shows in an element the signed-in user, or that the visitor is not signed in. */
export async function showUser(element: HTMLElement | null): Promise<void> {
  try {
    element?.replaceChildren(...(await user()))
  } catch {
    element?.replaceChildren(signInLink())
  }
}
