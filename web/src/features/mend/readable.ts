import type { Names } from '../history/history-list'

/**
 * Returns a reason of the server for people: with names instead of ids, without those that stand behind what they name,
 * and with moments as `when` writes them.
 */
export function readable(text: string, names: Names, when: (at: string) => string): string {
  return text
    .replace(/ \([a-z_]+_[0-9a-z]{26}\)/g, '')
    .replace(/\b[a-z_]+_[0-9a-z]{26}\b(, )?/g, (id, comma: string | undefined = '') => {
      const name = names.get(comma === '' ? id : id.slice(0, -comma.length))
      if (name !== undefined) return name + comma
      return comma === '' ? id : '' // what follows describes the row
    })
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, when)
}
