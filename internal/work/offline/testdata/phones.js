// Two people and two telephones in a bad network, played with the shipped outbox: simulate(seed, steps, start, people, deliver) gives what
// became of each action. Whatever happens, happens in an order drawn from the seed. people are two of { account, pairing }.
function draws(seed) {
  let a = seed >>> 0
  return n => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % n
  }
}

// disk is the IndexedDB of one telephone as one tab sees it: transactions one after the other, each on the disk when it is complete. What
// is written without strict durability is lost when the telephone goes off.
function disk(phone, tab, step) {
  const copy = x => x === undefined ? x : JSON.parse(JSON.stringify(x))
  const request = (result, more = {}) => {
    const r = { result, ...more }
    step(tab, () => { if (r.first) r.onupgradeneeded(); r.onsuccess({ target: r }) })
    return r
  }
  function transaction(db, base, options) {
    if (db.closed) throw Object.assign(new Error('closed'), { name: 'InvalidStateError' })
    const tx = {}, todo = [], now = { items: null, kept: null }
    const ask = (store, work) => { const r = {}; todo.push(() => { r.result = work(now[store]); r.onsuccess?.({ target: r }) }); return r }
    tx.objectStore = name => ({
      get: key => ask(name, m => copy(m.get(key))),
      getAll: () => ask(name, m => [...m.values()].map(copy)),
      put: (value, key) => { const kept = copy(value); return ask(name, m => { m.set(key ?? kept.id, kept) }) },
      delete: key => ask(name, m => { m.delete(key) }),
    })
    const run = () => {
      if (base.busy && !base.busy.dead) return step(tab, run)
      base.busy = tab
      for (const s of ['items', 'kept']) now[s] = new Map(base[s])
      while (todo.length) todo.shift()()
      step(tab, () => {
        const lazy = options.durability !== 'strict' && JSON.stringify([...now.items]) !== JSON.stringify([...base.items])
        if (lazy) base.safe ??= { items: base.items, kept: base.kept }
        else if (options.durability === 'strict') base.safe = undefined
        Object.assign(base, now, { busy: null })
        tx.oncomplete()
      })
    }
    step(tab, run)
    return tx
  }
  return { open: name => {
    const first = !phone.disk.has(name)
    if (first) phone.disk.set(name, { items: new Map(), kept: new Map() })
    const base = phone.disk.get(name)
    const db = { createObjectStore() {}, close() { this.closed = true },
      transaction: (_, mode, options = {}) => transaction(db, base, options) }
    tab.open.push(db)
    return request(db, { first })
  } }
}

// simulate is one seed.
function simulate(seed, steps, start, people, deliver) {
  const draw = draws(seed), ready = [], wrong = [], acts = [], late = []
  let now = 0, ids = 0, bad = true
  const fault = text => { if (!wrong.includes(text)) wrong.push(text) }
  const step = (tab, f) => { ready.push(() => { if (!tab.dead) f() }) }
  const after = (tab, f) => new Promise((yes, no) => step(tab, () => { try { yes(f()) } catch (e) { no(e) } }))
  const reach = (who, method, path, body) => {
    now += 1 + draw(500)
    return JSON.parse(deliver(who, method, path, body, now))
  }
  const item = a => a.phone.disk.get(a.home)?.items.get(a.id)
  const random = () => '00000000-0000-4000-8000-' + (seed * 100000 + ids++).toString(16).padStart(12, '0')

  const phones = [0, 1].map(no => ({ no, user: no, tabs: [], disk: new Map(), locks: draw(3) > 0, held: new Map(),
    skew: [0, 0, 200, -40000, 9 * 3600, -30 * 3600][draw(6)] * 1000 }))

  // network is what a tab has of it.
  const network = (p, tab) => async (method, path, body) => {
    const text = body ? JSON.stringify(body) : '', who = p.user, sync = path === '/api/v1/sync', since = now
    const nobody = text => { throw new Error(text) }
    if (sync && p.locks && p.tabs.some(t => !t.dead && t.account === tab.account && t.sending)) fault('two senders at once')
    if (sync) tab.sending = true
    try {
      const luck = await after(tab, () => bad ? draw(11) : 10)
      if (luck === 0) nobody('no network')
      if (luck === 1) return { status: 200, body: null } // a page of somebody else's network
      if (luck === 2) return { status: [500, 502, 503, 429][draw(4)], body: {} }
      if (luck === 3) return { status: [400, 409, 413, 422][draw(4)], body: { title: 'proxy' } }
      if (luck === 4) return { status: 401, body: { type: 'urn:linli:problem:unauthenticated' } }
      const answer = await after(tab, () => now - since > 60000 ? nobody('stopped after a minute') : reach(who, method, path, text))
      if (luck === 5) await after(tab, () => nobody('the answer is lost'))
      if (luck === 6 && sync) late.push([who, text])
      if (luck === 7 && answer.body?.results) answer.body.results.splice(draw(answer.body.results.length))
      if (luck === 8 && answer.body?.results) answer.body.results[0].verdict = 'maybe'
      return answer
    } finally { if (sync) tab.sending = false }
  }

  function open(p, user = p.user) {
    const tab = { dead: false, sending: false, open: [], account: people[user].account, user }, boot = ids++, born = now
    tab.box = new Outbox(tab.account, { disk: disk(p, tab, step), random, boot, send: network(p, tab), now: () => start + now + p.skew,
      mono: () => now - born, locks: p.locks && { request: async (name, _, work) => {
        if (p.held.get(name) && !p.held.get(name).dead) return work(null)
        p.held.set(name, tab)
        try { return await work({}) } finally { if (p.held.get(name) === tab) p.held.delete(name) }
      } } })
    p.tabs.push(tab)
    return tab
  }
  const kill = (p, tab) => { tab.dead = true; p.tabs = p.tabs.filter(t => t !== tab) }
  const off = p => p.tabs.slice().forEach(t => kill(p, t))

  async function act(p, tab) {
    const kind = ['visit', 'visit', 'visit', 'visit', 'check_out', 'home_visit', 'odd', 'long'][draw(8)]
    const body = kind === 'check_out' ? {} : kind === 'home_visit' ? { home_id: '12', result: 'met' } : { pairing_id: people[tab.user].pairing, result: kind === 'odd' ? 'danced' : 'phoned' }
    const mine = { phone: p, kind, at: now, jumps: p.jumps ?? 0, user: tab.user, home: 'linli-' + tab.account, life: p.life ?? 0 }
    const added = await tab.box.add(kind === 'odd' ? 'visit' : kind === 'long' ? 'x'.repeat(60) : kind, body)
    mine.id = added.id
    acts.push(mine) // from now on its owner may rely on it
    if (!item(mine)) fault('added without being on the disk')
  }

  // lose is what a telephone forgets: all, or what was not yet safe when it went off.
  function lose(p, all) {
    if (all) for (const a of acts) if (a.phone === p) Object.assign(a, { evicted: true, was: a.was ?? item(a)?.verdict ?? '' })
    for (const base of p.disk.values()) if (base.safe) Object.assign(base, base.safe, { safe: undefined })
    if (all) { p.disk.clear(); p.life = (p.life ?? 0) + 1 }
    off(p)
  }

  const moves = [act, act, act, (p, tab) => tab.box.flush(), (p, tab) => tab.box.flush(), (p, tab) => tab.box.flush(),
    (p, tab) => tab.box.fetch(), (p, tab) => tab.box.handOver(), p => { if (p.tabs.length < 3) open(p) }, p => p.tabs.forEach(t => caught(t.box.flush())), kill,
    p => { if (!draw(4)) lose(p, !draw(3)) }, () => { now += draw(36e5) },
    () => { if (late.length) { const [who, text] = late.splice(draw(late.length), 1)[0]; reach(who, 'POST', '/api/v1/sync', text) } },
    p => { if (!draw(6)) { p.skew += (draw(7) - 3) * 6e5; p.jumps = (p.jumps ?? 0) + 1 } },
    p => { if (!draw(3)) p.user = 1 - p.user },
    (p, tab) => { for (const db of tab.open) if (!db.closed) { db.closed = true; step(tab, () => db.onclose?.()) } },
    (p, tab) => { tab.box.tidy() }]
  const turn = async () => { for (let k = 0; k < 6; k++) await null }
  const pick = () => ready.splice(draw(ready.length), 1)[0]()
  const caught = x => x?.catch?.(e => fault('an error: ' + (e?.stack ?? e)))
  async function settle() {
    for (let quiet = 0; quiet < 5; quiet++) {
      await turn()
      if (ready.length) { quiet = 0; pick() }
    }
  }
  // home brings in what waits for one of them on one telephone, in a good network.
  async function home(p, user) {
    p.user = user
    off(p)
    const tab = open(p)
    let ended = ''
    for (let i = 0; i < 3 && ended !== 'sent'; i++) {
      caught(tab.box.fetch())
      await settle()
      caught(tab.box.flush().then(x => { ended = x }))
      await settle()
    }
    if (ended !== 'sent') fault('what waits does not go out: ' + ended)
    caught(tab.box.handOver())
    await settle()
    for (const a of acts.filter(a => a.phone === p && a.user === user)) {
      Object.assign(a, { was: a.was ?? item(a)?.verdict ?? 'gone', handed: !!item(a)?.handed })
    }
  }
  // measure has a clock set wrong between an action and its sending; both times the server was met before.
  async function measure(p) {
    const before = open(p, 0)
    before.box.fetch()
    await settle()
    act(p, before)
    await settle()
    acts.at(-1).measured = true
    off(p)
    now += 6e5
    p.skew += 5 * 36e5
    await home(p, 0)
  }
  // later is days after: what was not done is still in sight.
  async function later(p, user) {
    const tab = open(p, user)
    tab.box.tidy()
    await settle()
    for (const a of acts.filter(a => a.phone === p && a.user === user && !a.evicted)) {
      if ((item(a)?.verdict ?? 'done') !== a.was) fault('out of sight')
    }
  }

  return (async () => {
    for (let i = 0; i < steps; i++) {
      const p = phones[draw(2)]
      if (!p.tabs.length) open(p)
      caught(moves[draw(moves.length)](p, p.tabs[draw(p.tabs.length)]))
      await turn()
      for (let j = draw(12); j > 0 && ready.length; j--) { pick(); await turn() }
    }
    bad = false
    for (const p of phones) lose(p, false)
    for (const p of phones) for (const user of [0, 1]) await home(p, user)
    await measure(phones[0])
    now += 4 * 864e5
    for (const p of phones) for (const user of [0, 1]) await later(p, user)
    return JSON.stringify({ wrong, acts: acts.map(a => ({ id: a.id, kind: a.kind, home: [a.phone.no, a.user, a.life].join(), user: a.user,
      at: a.at, evicted: !!a.evicted,
      jumped: a.phone.jumps > 0 && !a.measured, verdict: a.was, handed: !!a.handed })) })
  })()
}
