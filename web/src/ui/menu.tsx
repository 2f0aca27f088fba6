import { Fragment, type KeyboardEvent, type ReactNode } from 'react'
import { Popover } from './popover'
import { Shape } from './shape'

export interface MenuItem {
  key: string
  label: string
  icon?: ReactNode
  /** For one of several choices. */
  checked?: boolean
  /** Whether several of the choices may be taken: the menu stays open then. */
  several?: boolean
  href?: string
  /** Whether the href is a file, which onSelect saves. */
  download?: boolean
  onSelect?: () => void
}

export interface MenuGroup {
  key: string
  label?: string
  items: MenuItem[]
}

interface MenuProps {
  button: ReactNode
  label?: string
  className?: string
  title: string
  groups: MenuGroup[]
  head?: ReactNode
}

const itemsOf = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')]

function handleKeys(event: KeyboardEvent<HTMLDivElement>): void {
  const items = itemsOf(event.currentTarget)
  const at = items.indexOf(document.activeElement as HTMLElement)
  const to = (i: number) => {
    event.preventDefault()
    items[(i + items.length) % items.length]?.focus()
  }
  if (event.key === 'ArrowDown') to(at + 1)
  else if (event.key === 'ArrowUp') to(at < 0 ? -1 : at - 1)
  else if (event.key === 'Home') to(0)
  else if (event.key === 'End') to(-1)
  else if (event.key === 'Tab') event.currentTarget.hidePopover()
  else if (event.key.length === 1 && event.key !== ' ') {
    const found = [...items.slice(at + 1), ...items].find((i) => i.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))
    found?.focus()
  }
}

function Item({ item }: { item: MenuItem }) {
  const content = (
    <>
      {item.icon}
      <span>{item.label}</span>
      {item.checked !== undefined && <span className="tick">{item.checked && <Shape name="tick" />}</span>}
    </>
  )
  if (item.href) {
    return (
      <a
        role="menuitem"
        tabIndex={-1}
        href={item.href}
        {...(item.download ? { download: '' } : {})}
        onClick={(event) => {
          if (!item.download) return
          event.preventDefault()
          event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
          item.onSelect?.()
        }}
      >
        {content}
      </a>
    )
  }
  const role = item.checked === undefined ? 'menuitem' : item.several ? 'menuitemcheckbox' : 'menuitemradio'
  return (
    <button
      type="button"
      role={role}
      tabIndex={-1}
      {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
      onClick={(event) => {
        if (!item.several) event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
        item.onSelect?.()
      }}
    >
      {content}
    </button>
  )
}

/** A menu button: arrow keys, Home, End and first letters move, Enter and Space choose, Escape closes. */
export function Menu({ button, label, className, title, groups, head }: MenuProps) {
  return (
    <Popover
      button={button}
      label={label}
      className={className}
      kind="menu"
      title={title}
      onKeyDown={handleKeys}
      onOpen={(menu) => {
        const items = itemsOf(menu)
        const chosen = items.find((i) => i.getAttribute('aria-checked') === 'true')
        ;(chosen ?? items[0])?.focus()
      }}
    >
      {head}
      {groups.map((group, i) => (
        <Fragment key={group.key}>
          {i > 0 && <hr />}
          <div role="group" aria-label={group.label ?? title}>
            {group.label && (
              <div className="group" aria-hidden="true">
                {group.label}
              </div>
            )}
            {group.items.map((item) => (
              <Item key={item.key} item={item} />
            ))}
          </div>
        </Fragment>
      ))}
    </Popover>
  )
}
