import { setTimeout as sleep } from 'node:timers/promises'

/** Polls check until it is true, for at most two minutes. */
export async function until(what, check) {
  for (const end = Date.now() + 120_000; !(await check()); await sleep(50)) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
  }
}
