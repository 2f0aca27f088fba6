interface CheckFieldProps {
  label: string
  checked: boolean
  onCheck: (checked: boolean) => void
  className?: string
}

/** A box to check, with its label. */
export function CheckField({ label, checked, onCheck, className = '' }: CheckFieldProps) {
  return (
    <label className={`choice ${className}`}>
      <input
        type="checkbox"
        className="check"
        checked={checked}
        onChange={(event) => {
          onCheck(event.target.checked)
        }}
      />
      {label}
    </label>
  )
}
