import { useI18n } from '../../i18n/context'

interface MoreButtonProps {
  /** Whether all rows are shown. */
  all: boolean
  onAll: (all: boolean) => void
}

/** Shows all rows of a card, or its first ones again. */
export function MoreButton({ all, onAll }: MoreButtonProps) {
  const { t } = useI18n()
  return (
    <button
      type="button"
      className="link"
      aria-expanded={all}
      onClick={() => {
        onAll(!all)
      }}
    >
      {all ? t.equipment.showLess : t.equipment.showMore}
    </button>
  )
}
