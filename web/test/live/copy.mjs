// A copy of the server's rows, kept as the schema tells a client to: after
// RESYNC the list is loaded again, everything else is news of one row.

/** What a subscription is about and how its list is loaded. */
export const subjects = {
  equipment: {
    news: `subscription { equipmentChanged { change id equipment { ...row } } }`,
    page: `query ($after: String) { equipmentList(first: 100, after: $after) { nodes { ...row } pageInfo { hasNextPage endCursor } } }`,
    row: `fragment row on Equipment { id name status cost version }`,
    event: (data) => ({ ...data.equipmentChanged, row: data.equipmentChanged.equipment }),
    list: (data) => data.equipmentList,
  },
  maintenance: {
    news: `subscription { maintenanceRecorded { change id record { ...row } } }`,
    page: `query ($after: String) { maintenanceRecords(first: 100, after: $after) { nodes { ...row } pageInfo { hasNextPage endCursor } } }`,
    row: `fragment row on MaintenanceRecord { id status cost description version }`,
    event: (data) => ({ ...data.maintenanceRecorded, row: data.maintenanceRecorded.record }),
    list: (data) => data.maintenanceRecords,
  },
}

/** All rows of a subject, by id. */
export async function load(subject, ask) {
  const rows = new Map()
  for (let after = null, more = true; more;) {
    const { nodes, pageInfo } = subject.list(await ask(subject.page + subject.row, { after }))
    for (const row of nodes) rows.set(row.id, row)
    after = pageInfo.endCursor
    more = pageInfo.hasNextPage
  }
  return rows
}

export class Copy {
  rows = new Map()
  news = 0
  resyncs = 0
  #work = Promise.resolve()

  constructor(subject, ask) {
    this.subject = subject
    this.ask = ask
  }

  /** Takes the news in their order, each after the loading that came before it. */
  take(data) {
    const event = this.subject.event(data)
    this.#work = this.#work.then(() => this.#apply(event))
  }

  async #apply({ change, id, row }) {
    switch (change) {
      case 'RESYNC':
        this.resyncs++
        this.rows = await load(this.subject, this.ask)
        break
      case 'REMOVED':
        this.rows.delete(id)
        break
      default:
        this.news++
        // What was loaded may be newer than what was on its way meanwhile.
        if (!(this.rows.get(id)?.version > row.version)) this.rows.set(id, row)
    }
  }

  /** Waits for what was taken so far. */
  settled() {
    return this.#work
  }
}
