// A proxy that cuts connections at any moment, some with a reset, and at times
// refuses new ones.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** The same numbers between 0 and 1 for the same seed (mulberry32, public domain). */
export function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export class CuttingProxy {
  cuts = 0
  refused = 0
  #open = new Set()
  #closed = false

  /** Listens before the server at a port; random decides about the manner of each cut. */
  static async create(target, random) {
    const proxy = new CuttingProxy()
    proxy.random = random
    proxy.listener = createServer((client) => proxy.#carry(client, target)).listen(0, '127.0.0.1')
    await once(proxy.listener, 'listening')
    proxy.port = proxy.listener.address().port
    return proxy
  }

  #carry(client, target) {
    if (this.#closed) {
      this.refused++
      client.resetAndDestroy()
      return
    }
    const server = connect(target, '127.0.0.1')
    const both = [client, server]
    this.#open.add(both)
    for (const [from, to] of [both, [server, client]]) {
      from.on('data', (bytes) => to.write(bytes))
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
      from.on('close', () => this.#open.delete(both) && to.destroy())
    }
  }

  /** Ends every connection; now and then new ones are refused until the next cut. */
  cut() {
    this.#closed = !this.#closed && this.random() < 0.3
    for (const both of this.#open) {
      this.cuts++
      for (const socket of both) {
        if (this.random() < 0.5) socket.resetAndDestroy()
        else socket.destroy()
      }
    }
    this.#open.clear()
  }

  /** Refuses no connection from now on. */
  mend() {
    this.#closed = false
  }

  close() {
    this.mend()
    this.cut()
    this.listener.close()
  }
}
