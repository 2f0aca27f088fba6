/** Line icons of 16 px. */
const paths = {
  overview: 'M2 2.5h5v6H2zM9.5 2.5h4.5v3H9.5zM9.5 8h4.5v5.5H9.5zM2 11h5v2.5H2z',
  machine: 'M1.5 13.5h8M2 10.5h7.5v3H2zM3.5 10.5v-4h3.5l1.5 4M7.5 8.5 11 3l2.5 3-.5 4.5h-2l.5-3',
  site: 'M8 14.500s-4.500-4.300-4.500-7.800a4.500 4.500 0 0 1 9 0c0 3.500-4.500 7.800-4.500 7.800zM8 8.200a1.600 1.600 0 1 0 0-3.200 1.600 1.600 0 0 0 0 3.200z',
  work: 'M13.2 4.6a3.6 3.6 0 0 1-4.8 4.5l-4.2 4.3a1.4 1.4 0 0 1-2-2L6.500 7A3.6 3.6 0 0 1 11 2.300L9 4.500l.4 2 2 .4z',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zm3.6-1.4L14 14',
  plus: 'M8 3v10M3 8h10',
  more: 'M2 4.500h12M2 8h12M2 11.500h12',
  dots: 'M3.500 8h.01M8 8h.01M12.500 8h.01',
  down: 'm4 6 4 4 4-4',
  right: 'm6 3.500 4.500 4.500L6 12.500',
  left: 'M10 3.500 5.500 8l4.500 4.500',
  close: 'm4 4 8 8m0-8-8 8',
  sortUp: 'M8 13V3m0 0L4.500 6.500M8 3l3.500 3.500',
  sortDown: 'M8 3v10m0 0 3.500-3.500M8 13 4.500 9.500',
  user: 'M8 8a2.750 2.750 0 1 0 0-5.500A2.750 2.750 0 0 0 8 8zm-5.500 5.500c.500-3 2.800-4 5.500-4s5 1 5.500 4',
  offline: 'M3 3l10 10M5 4.300A5 5 0 0 1 13 8c0 .9-.2 1.700-.6 2.400M11 11.700A5 5 0 0 1 3.600 5.600',
  wall: 'M1.500 3h13v8.500h-13zM5.500 14h5',
  code: 'm5 5-3 3 3 3m6-6 3 3-3 3',
  calendar: 'M2 3.500h12v10H2zM2 6.500h12M5 2v3M11 2v3',
  list: 'M5.500 4H14M5.500 8H14M5.500 12H14M2.500 4h.01M2.500 8h.01M2.500 12h.01',
  table: 'M2 3h12v10H2zM2 6.500h12M7 6.500V13',
  signOut: 'M6.500 2.500h-4v11h4M10 5l3 3-3 3M6 8h7',
  bin: 'M3 4.500h10M6.500 4V2.500h3V4M4.500 4.500l.5 9h6l.5-9',
  merge: 'M3.500 2.500c0 4 4.500 3.500 4.500 7.500m4.500-7.500c0 4-4.500 3.500-4.500 7.500v4m0 0-2.500-2.500M8 14l2.500-2.500',
  undo: 'M5.500 3 2.500 6l3 3M2.500 6h7a4 4 0 0 1 0 8H6',
  gauge: 'M2.500 12.500a6 6 0 1 1 11 0zM8 9.500 11 6',
  chart: 'M2 13.500h12M4 11V8m4 3V3.500M12 11V6',
  download: 'M8 2.500v8m0 0L4.500 7M8 10.500 11.500 7M2.500 13.500h11',
  pencil: 'M3 13l.600-2.800 7.200-7.200 2.200 2.200-7.200 7.200zM9.500 4.300l2.200 2.200',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'dots' ? 2.2 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
