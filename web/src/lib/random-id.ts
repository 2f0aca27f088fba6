/** Returns a random id of 128 bits. crypto.randomUUID is missing on pages that came over plain http. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}
