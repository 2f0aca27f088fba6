/** What GraphiQL shows as the answer to an operation. */
export interface Answer {
  data: unknown
  /** The answer has errors, perhaps beside data. */
  failed: boolean
}

/** Reads the text of an answer; null for a text that is none, such as that of a tab which was not run yet. */
export function readAnswer(text: string): Answer | null {
  try {
    const answer: unknown = JSON.parse(text)
    if (!isObject(answer)) return null
    return { data: answer['data'] ?? null, failed: Array.isArray(answer['errors']) && answer['errors'].length > 0 }
  } catch {
    return null
  }
}

/** Tells objects of JSON from its lists and other values. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
