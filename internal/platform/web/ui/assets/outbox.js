// The outbox of one account on one telephone: what was done waits here until the server has given its verdict, and leaves no other way.
// Telephones run it as it stands; so does internal/work/offline/phones_test.go, which hands in a worse world than theirs.
const most = 200 // actions in one request
const keep = 3 * 864e5 // what is done stays in sight so long
const aged = 7 * 864e5 // what was taken along stays so long without being renewed: whom somebody went to see is not kept for ever
const verdicts = ['done', 'duplicate', 'conflict', 'refused']
const ours = answer => String(answer.body?.type ?? '').startsWith('urn:linli:problem:')
const asked = request => new Promise((yes, no) => {
  request.onsuccess = () => yes(request.result)
  request.onerror = () => no(request.error)
})
const random = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g,
  c => (c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16)) // randomUUID is younger than our oldest browser

// passed is the time between two stamps. The count since boot may stand still while a telephone sleeps, and its clock may be set back: the
// longer of the two is nearer.
const passed = (from, to) => Math.max(0, to.at - from.at, from.boot === to.boot ? to.mono - from.mono : 0)
// truth is the server's time at a stamp, by what has passed since the contact before; undefined when there was none.
const truth = (contact, stamp) => contact && contact.server + passed(contact, stamp)

// send asks the server; whoever answers, what it says is not yet a verdict. Nobody within a minute is nobody.
export async function send(method, path, body) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 60000)
  try {
    const answer = await fetch(path, { method, body: body && JSON.stringify(body), cache: 'no-store', signal: stop.signal,
      headers: body ? { 'Content-Type': 'application/json' } : {} })
    return { status: answer.status, body: await answer.json().catch(() => null) }
  } finally { clearTimeout(timer) }
}

// The world around an outbox: mono counts milliseconds since boot, which names the start of the page.
const telephone = { get disk() { return indexedDB }, locks: globalThis.navigator?.locks, send, random, now: () => Date.now(),
  mono: () => performance.now(), boot: globalThis.performance?.timeOrigin }

export class Outbox {
  constructor(account, world = telephone) { Object.assign(this, { account, world, name: 'linli-' + account }) }

  db() {
    const forget = () => { this.opening = undefined }
    if (this.opening) return this.opening
    const request = this.world.disk.open(this.name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('items', { keyPath: 'id' })
      request.result.createObjectStore('kept')
    }
    this.opening = asked(request).then(db => {
      db.onclose = forget
      db.onversionchange = () => { forget(); db.close() }
      return db
    })
    this.opening.catch(forget)
    return this.opening
  }

  // write runs one transaction; when it resolves, it is on the disk. work hands what it found to give.
  async write(work) {
    for (let again = false; ; again = true) {
      const db = await this.db()
      try {
        return await new Promise((yes, no) => {
          const tx = db.transaction(['items', 'kept'], 'readwrite', { durability: 'strict' })
          let out
          tx.oncomplete = () => yes(out)
          tx.onabort = () => no(tx.error)
          work(tx.objectStore('items'), tx.objectStore('kept'), x => { out = x })
        })
      } catch (e) {
        if (again || e?.name !== 'InvalidStateError') throw e
        this.opening = undefined // it was closed under us, before anything was written
      }
    }
  }

  // all are the items in their order.
  async all() {
    const list = await this.write((items, _, give) => { items.getAll().onsuccess = e => give(e.target.result) })
    return list.sort((a, b) => a.counter - b.counter)
  }

  kept(key) { return this.write((_, kept, give) => { kept.get(key).onsuccess = e => give(e.target.result) }) }
  keep(key, value) { return this.write((_, kept) => { kept.put(value, key) }) }

  // add keeps an action under the next number of this telephone; label is what people read of it, of the thing it is about.
  async add(kind, body, { base = 0, label = '', of = '' } = {}) {
    const item = { id: this.world.random(), kind, body, base, label, of, ...this.stamp() }
    await this.write((items, kept) => {
      kept.get('contact').onsuccess = c => { item.known = truth(c.target.result, item) }
      kept.get('counter').onsuccess = e => {
        item.counter = (e.target.result ?? 0) + 1
        kept.put(item.counter, 'counter')
        items.put(item)
      }
    })
    return item
  }

  // stamp is this moment: the telephone's time, and what it counted since its page began.
  stamp() { return { at: this.world.now(), mono: this.world.mono(), boot: this.world.boot } }

  // time is the server's time as far as this telephone knows it.
  async time() { return truth(await this.kept('contact'), this.stamp()) ?? this.world.now() }

  wire(item, contact) {
    const now = this.stamp(), elapsed = item.known && contact ? truth(contact, now) - item.known : passed(item, now)
    return { id: item.id, counter: item.counter, kind: item.kind, base_version: item.base, at: new Date(item.at).toISOString(),
      elapsed_ms: Math.max(0, Math.round(elapsed)), body: item.body }
  }

  // fetch asks for the pack: new, other (somebody else is signed in), sign-in, or later. It is also the contact that measures the clock.
  async fetch() {
    let answer
    try { answer = await this.world.send('GET', '/api/v1/sync/pack') } catch { return 'later' }
    if (answer.status === 401) return 'sign-in'
    if (answer.status !== 200 || !answer.body?.account_id) return 'later'
    if (answer.body.account_id !== this.account) return 'other'
    const contact = { server: Date.parse(answer.body.at), ...this.stamp() }
    await this.write((_, kept) => { kept.put(contact, 'contact'); kept.delete('pack') }) // older ones kept it beside the page
    return 'new'
  }

  // flush sends what waits, one sender at a time, and says how it ended: sent, later (nobody answered), sign-in, or other. Without locks
  // two tabs may send the same, which the server takes once.
  flush() {
    const { locks } = this.world
    this.sending ??= (locks ? locks.request(this.name, { ifAvailable: true }, mine => mine ? this.drain() : 'later') : this.drain())
      .finally(() => { this.sending = undefined })
    return this.sending
  }

  async drain() {
    const first = this.world.random()
    const device = await this.write((_, kept, give) => {
      kept.get('device').onsuccess = e => { give(e.target.result ?? first); if (!e.target.result) kept.put(first, 'device') }
    })
    for (let size = most, there; ;) {
      const batch = (await this.all()).filter(x => !x.verdict).slice(0, size)
      if (!batch.length) return 'sent'
      if (!there && ['sign-in', 'other'].includes(there = await this.fetch())) return there // the clock is measured before it is relied on
      const contact = await this.kept('contact')
      let answer
      try {
        answer = await this.world.send('POST', '/api/v1/sync', { device, account_id: this.account,
          actions: batch.map(x => this.wire(x, contact)) })
      } catch { return 'later' }
      if (answer.status === 401) return 'sign-in'
      if (answer.status === 409 && ours(answer)) return 'other'
      if ([400, 413, 422].includes(answer.status) && ours(answer)) {
        if (batch.length > 1) size = batch.length >> 1 // one that cannot be read holds up no other
        else await this.settle(batch[0].id, { verdict: 'refused', words: answer.body.title })
      } else if (!await this.judge(batch, answer)) return 'later'
    }
  }

  // judge takes over the verdicts of an answer and says how many there were; what else may have answered gives none.
  async judge(batch, answer) {
    const results = answer.status === 200 && Array.isArray(answer.body?.results) ? answer.body.results : []
    const known = results.filter(r => verdicts.includes(r?.verdict) && batch.some(x => x.id === r.id))
    for (const { id, verdict, words } of known) await this.settle(id, { verdict: verdict === 'duplicate' ? 'done' : verdict, words })
    return known.length
  }

  // settle writes what became of an item; what is done, or lies at the station, keeps nothing of what was said in it.
  settle(id, more) {
    return this.write(items => {
      items.get(id).onsuccess = e => {
        const item = e.target.result
        if (item) items.put({ ...item, ...more, ...(more.handed || more.verdict === 'done') && { body: null } })
      }
    })
  }

  // handOver gives what was refused to the station, and says whether all of it is there.
  async handOver() {
    const list = (await this.all()).filter(x => x.verdict && x.verdict !== 'done' && !x.handed).slice(0, most)
    if (!list.length) return true
    let answer
    try { answer = await this.world.send('POST', '/api/v1/sync/hand-over', { ids: list.map(x => x.id) }) } catch { return false }
    const there = answer.status === 200 && Array.isArray(answer.body?.items) ? answer.body.items.map(x => x.uuid) : []
    for (const id of there) await this.settle(id, { handed: true })
    return list.every(x => there.includes(x.id))
  }

  // page is what he took along as the page shows it, unless it is old.
  async page() {
    const contact = await this.kept('contact')
    if (contact && passed(contact, this.stamp()) > aged) await this.unpack()
    return this.kept('page')
  }

  // unpack takes off this telephone what he took along.
  unpack() { return this.write((_, kept) => { for (const key of ['pack', 'page']) kept.delete(key) }) }

  // strip takes off it of whom his actions were: of what nobody took there stays that there was something, to be handed over later.
  async strip() {
    for (const x of await this.all()) {
      if (x.verdict) await this.write(items => {
        if (x.verdict === 'done' || x.handed) items.delete(x.id)
        else items.put({ ...x, body: null, label: '', of: '' })
      })
    }
  }

  // tidy takes out of sight what has been done for days.
  async tidy() {
    for (const x of await this.all()) {
      if (x.verdict === 'done' && passed(x, this.stamp()) > keep) await this.write(items => { items.delete(x.id) })
    }
  }
}

// leave is asked before an account is signed out: how many of its actions wait and cannot go out now. With none nothing stays here that
// says whom he went to see, for somebody else may be the next to hold this telephone.
export async function leave(account) {
  const box = new Outbox(account)
  await box.flush()
  const waits = (await box.all()).filter(x => !x.verdict).length
  if (waits) return waits
  await box.unpack()
  await box.strip()
  try { if (localStorage.getItem('pocket') === account) localStorage.removeItem('pocket') } catch { /* nothing is kept there */ }
  return 0
}
