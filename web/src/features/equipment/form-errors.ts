import type { I18n } from '../../i18n/context'
import type { FormProblem, MachineField } from './machine-input'

/** Returns the texts of what is wrong in a form. */
export function problemTexts(
  { t, fmt }: I18n,
  problems: Partial<Record<MachineField, FormProblem>>,
): Partial<Record<MachineField, string>> {
  const text = (problem: FormProblem) =>
    problem === 'required' ? t.common.required : t.common.notANumber(problem === 'year' ? '2019' : fmt.amount('187358.61'))
  return Object.fromEntries(Object.entries(problems).map(([field, problem]) => [field, text(problem)]))
}
