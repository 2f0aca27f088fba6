// A client that changes the fleet in random ways.

const machine = `equipment { id version } errors { code message }`
const operations = {
  create: `mutation ($input: CreateEquipmentInput!) { done: createEquipment(input: $input) { ${machine} } }`,
  update: `mutation ($input: UpdateEquipmentInput!) { done: updateEquipment(input: $input) { ${machine} } }`,
  remove: `mutation ($input: DeleteEquipmentInput!) { done: deleteEquipment(input: $input) { ${machine} } }`,
  restore: `mutation ($input: RestoreEquipmentInput!) { done: restoreEquipment(input: $input) { ${machine} } }`,
  batch: `mutation ($input: UpdateEquipmentBatchInput!) { done: updateEquipmentBatch(input: $input) { results { ${machine} } errors { message } } }`,
  record: `mutation ($input: RecordMaintenanceInput!) { done: recordMaintenance(input: $input) { maintenanceRecord { id version } ${machine} } }`,
  complete: `mutation ($input: CompleteMaintenanceInput!) { done: completeMaintenance(input: $input) { maintenanceRecord { id } ${machine} } }`,
}

export class Writer {
  /** Versions by id. */
  machines = new Map()
  removed = []
  planned = []
  count = 0

  constructor(ask, random) {
    this.ask = ask
    this.random = random
  }

  #one(list) {
    return list[Math.floor(this.random() * list.length)]
  }

  async #do(name, variables) {
    const { done } = await this.ask(operations[name], variables)
    const errors = [done, ...(done.results ?? [])].flatMap((result) => result.errors)
    if (errors.length > 0) throw new Error(`${name}: ${JSON.stringify(errors)}`)
    for (const { equipment } of done.results ?? [done]) this.machines.set(equipment.id, equipment.version)
    this.count++
    return done
  }

  /** Makes one random change. */
  async write() {
    const ids = [...this.machines.keys()]
    const id = this.#one(ids)
    const update = (equipmentId) => ({
      equipmentId,
      expectedVersion: this.machines.get(equipmentId),
      name: `Machine ${this.count}`,
      cost: `${this.count}.50`,
    })
    const dice = this.random()
    if (ids.length < 10 || dice < 0.1) {
      await this.#do('create', { input: { name: `Machine ${this.count}`, category: 'Excavator', cost: '100.00' } })
    } else if (dice < 0.5) {
      await this.#do('update', { input: update(id) })
    } else if (dice < 0.6) {
      await this.#do('batch', { input: { updates: ids.filter(() => this.random() < 0.5).map(update) } })
    } else if (dice < 0.68) {
      await this.#do('remove', { input: { equipmentId: id, expectedVersion: this.machines.get(id), openWork: 'CANCEL' } })
      this.planned = this.planned.filter((work) => work.machine !== id)
      this.machines.delete(id)
      this.removed.push(id)
    } else if (dice < 0.75 && this.removed.length > 0) {
      await this.#do('restore', { input: { equipmentId: this.removed.pop() } })
    } else if (dice < 0.9 || this.planned.length === 0) {
      const work = {
        equipmentId: id,
        kind: 'PREVENTIVE',
        status: 'PLANNED',
        maintenanceDate: '2026-01-15',
        description: `Work ${this.count}`,
      }
      const { maintenanceRecord } = await this.#do('record', { input: work })
      this.planned.push({ id: maintenanceRecord.id, machine: id })
    } else {
      const work = this.planned.shift()
      if (this.machines.has(work.machine)) await this.#do('complete', { input: { maintenanceRecordId: work.id, cost: '12.34' } })
    }
  }
}
