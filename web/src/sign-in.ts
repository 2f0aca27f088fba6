// The forms work without this script; it only makes them more pleasant.
import './index.css'

const field = (id: string) => document.getElementById(id) as HTMLInputElement
const details = document.getElementById('sso') as HTMLDetailsElement

const first = details.open ? field('company') : field('email').value ? field('password') : field('email')
first.focus()
details.addEventListener('toggle', () => {
  if (details.open) field('company').focus()
})

/** A second click while the first is under way would count as another try. */
for (const form of document.forms) {
  const button = form.querySelector('button')
  form.addEventListener('submit', () => {
    if (button) button.disabled = true
  })
  addEventListener('pageshow', () => {
    if (button) button.disabled = false
  })
}
