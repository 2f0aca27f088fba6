// The forms work without this script. It sets the focus and prevents double submission.
import './sign-in.css'

const field = (id: string) => document.getElementById(id) as HTMLInputElement
const details = document.getElementById('sso') as HTMLDetailsElement

const first = details.open ? field('company') : field('email').value ? field('password') : field('email')
first.focus()
details.addEventListener('toggle', () => {
  if (details.open) field('company').focus()
})

/** Disables the button while a form is being submitted: a second click would count as another attempt. */
for (const form of document.forms) {
  const button = form.querySelector('button')
  form.addEventListener('submit', () => {
    if (button) button.disabled = true
  })
  addEventListener('pageshow', () => {
    if (button) button.disabled = false
  })
}
