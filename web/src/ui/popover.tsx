import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react'

interface PopoverProps {
  /** The content of the button that opens it. */
  button: ReactNode
  /** The button's name, where its content is no text. */
  label?: string | undefined
  className?: string | undefined
  kind: 'menu' | 'dialog'
  /** The name of the layer. */
  title: string
  children: ReactNode
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void
  onOpen?: (layer: HTMLDivElement) => void
}

const gap = 4
const margin = 8

/** Places a layer below its button, or above it in the lower half of the window, inside the window in any case. */
function place(layer: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect()
  const { clientWidth: width, clientHeight: height } = document.documentElement
  const style = layer.style
  const right = at.left + at.width / 2 > width / 2
  style.left = right ? 'auto' : `${String(Math.max(margin, at.left))}px`
  style.right = right ? `${String(Math.max(margin, width - at.right))}px` : 'auto'
  style.maxWidth = `${String((right ? at.right : width - at.left) - margin)}px`
  const above = at.top > height * 0.6
  style.top = above ? 'auto' : `${String(at.bottom + gap)}px`
  style.bottom = above ? `${String(height - at.top + gap)}px` : 'auto'
  style.maxHeight = `${String((above ? at.top : height - at.bottom) - gap - margin)}px`
}

/** A layer that a button opens. The browser closes it on Escape and on a press elsewhere. */
export function Popover({ button, label, className = 'btn', kind, title, children, onKeyDown, onOpen }: PopoverProps) {
  const id = useId()
  const trigger = useRef<HTMLButtonElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  return (
    <>
      <button ref={trigger} type="button" className={className} popoverTarget={id} aria-haspopup={kind} aria-label={label}>
        {button}
      </button>
      <div
        ref={layer}
        id={id}
        className="pop"
        popover="auto"
        role={kind}
        aria-label={title}
        onBeforeToggle={(event) => {
          if (event.newState === 'open' && trigger.current) place(event.currentTarget, trigger.current)
        }}
        onToggle={(event) => {
          if (event.newState === 'open') onOpen?.(event.currentTarget)
        }}
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
    </>
  )
}
