import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer is true, for two minutes. */
export async function until(what, check) {
  for (const end = Date.now() + 120_000; !(await check()); await sleep(50)) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
  }
}
