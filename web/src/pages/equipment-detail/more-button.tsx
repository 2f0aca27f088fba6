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

interface MoreRowsProps extends MoreButtonProps {
  /** How many rows are shown at first. */
  first: number
  /** The rows that were loaded, and how many there are. */
  list: { rows: readonly unknown[]; total: number }
  /** Says how many rows were loaded, where there are more. */
  truncated: (count: string) => string
}

/** What stands below the rows of a card: a button for the others, and what says that not all of them were loaded. */
export function MoreRows({ all, onAll, first, list: { rows, total }, truncated }: MoreRowsProps) {
  const { fmt } = useI18n()
  return (
    <>
      {rows.length > first && (
        <div className="card-links">
          <MoreButton all={all} onAll={onAll} />
        </div>
      )}
      {all && total > rows.length && <p className="small">{truncated(fmt.count(rows.length))}</p>}
    </>
  )
}
