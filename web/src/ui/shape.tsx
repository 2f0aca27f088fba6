/** Shapes of status and severity, told apart without colour and at 12 px. */
export type ShapeName = 'circle' | 'diamond' | 'ring' | 'bar' | 'triangle' | 'open-triangle' | 'tick' | 'cross'

const paths: Record<ShapeName, React.ReactNode> = {
  circle: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  diamond: <path d="M6 .5 11.5 6 6 11.5.5 6Z" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  bar: <rect x="0.5" y="4.25" width="11" height="3.5" rx="1" fill="currentColor" />,
  triangle: <path d="M6 .75 11.75 11.25H.25Z" fill="currentColor" />,
  'open-triangle': <path d="M6 2.2 10.6 10.5H1.4Z" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />,
  tick: <path d="m1.5 6.5 3 3 6-7" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round" />,
  cross: <path d="m2.5 2.5 7 7m0-7-7 7" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />,
}

export function Shape({ name, size = 12 }: { name: ShapeName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {paths[name]}
    </svg>
  )
}
