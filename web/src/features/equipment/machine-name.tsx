/** Splits the company's own code off the end of a name: "Komatsu PC210LC-11 EX-0101". */
export function splitName(name: string): { model: string; code: string | null } {
  const found = /^(.+?)\s+([A-Z]{1,4}-?\d{2,6})$/.exec(name)
  return found ? { model: found[1] ?? name, code: found[2] ?? null } : { model: name, code: null }
}

/** The name of a machine, its code quieter than its model. */
export function MachineName({ name }: { name: string }) {
  const { model, code } = splitName(name)
  return (
    <>
      {model}
      {code && <span className="quiet"> {code}</span>}
    </>
  )
}
