/** The body of an answer. */
interface GraphQLResponse<T> {
  data?: T | null
  errors?: { message: string }[]
}

/** Executes an operation as the signed-in user, and returns its data. */
export async function request<T>(query: string): Promise<T> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const result = (await response.json()) as GraphQLResponse<T>
  if (!result.data) throw new Error(result.errors?.[0]?.message ?? `the server responded with status ${String(response.status)}`)
  return result.data
}
