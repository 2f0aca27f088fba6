/** A grey place for text that is loading. */
export function Bone({ width = '60%', height = 12 }: { width?: string | number; height?: number }) {
  return <span className="bone" style={{ width, height }} aria-hidden="true" />
}
