// Linli: what a page gains when scripts run. Everything works without this file.
const root = document.documentElement
const on = (type, selector, act) => document.addEventListener(type, e => {
  const el = e.target.closest?.(selector)
  if (el) act(el, e)
})
const make = (html) => { const t = document.createElement('template'); t.innerHTML = html; return t.content.firstElementChild }

// Large type and dark at once; the cookie tells the server next time.
on('click', 'a[data-pref]', (a, e) => {
  if (e.ctrlKey || e.metaKey || e.shiftKey) return
  e.preventDefault()
  const wanted = new URL(a.href).searchParams
  for (const key of ['size', 'theme']) if (wanted.has(key)) {
    const value = wanted.get(key)
    value ? root.dataset[key] = value : delete root.dataset[key]
    const safe = location.protocol === 'https:' ? ';secure' : ''
    document.cookie = `${key}=${value};path=/;max-age=${value ? 31536000 : 0};samesite=lax${safe}`
  }
  [a.nextElementSibling, a.previousElementSibling].find(s => s?.matches('[data-pref]') && s.offsetParent)?.focus()
})

// The lists of the header close when one looks elsewhere.
document.addEventListener('click', e => {
  for (const open of document.querySelectorAll('.account[open]')) if (!open.contains(e.target)) open.removeAttribute('open')
})
document.addEventListener('keydown', e => {
  const open = e.key === 'Escape' && document.querySelector('.account[open]')
  if (open) { open.removeAttribute('open'); open.firstElementChild.focus() }
})

// The key / leads to the search field, unless one is writing.
document.addEventListener('keydown', e => {
  const find = e.key === '/' && !e.ctrlKey && !e.metaKey && !e.altKey && document.querySelector('[data-find]')
  if (!find || e.target.closest?.('input, select, textarea, [contenteditable]')) return
  e.preventDefault()
  find.focus()
})

// Where one is stands in sight in a menu that scrolls in itself.
const here = document.querySelector('.rail nav [aria-current]'), rail = here?.closest('nav')
if (here) rail.scrollTop = Math.max(0, here.offsetTop - rail.offsetTop + here.offsetHeight - rail.clientHeight)

// On a narrow screen a table that does not fit becomes cards, in which each cell says the name of its column. A broad or long sheet
// of figures, whose columns are compared, stays one.
const broad = 8, long = 60
const narrow = matchMedia('(max-width: 40rem)')
const asCards = within => {
  for (const box of narrow.matches ? within.querySelectorAll('.scroll') : []) {
    const table = box.querySelector(':scope > table'), names = [...table?.tHead?.rows[0]?.cells ?? []]
    if (!names.length || names.length > broad || table.rows.length > long || box.scrollWidth <= box.clientWidth || table.querySelector('[colspan], [rowspan]')) continue
    for (const name of names) name.classList.toggle('plain', !name.querySelector('a'))
    for (const row of table.rows) if (!table.tHead.contains(row)) {
      [...row.cells].forEach((cell, i) => { cell.dataset.name = names[i]?.innerText.trim() ?? '' })
    }
    box.classList.add('cards')
  }
}
asCards(document)
narrow.addEventListener('change', () => asCards(document))
document.addEventListener('toggle', e => asCards(e.target), true)
document.addEventListener('htmx:after:swap', () => asCards(document))

on('click', '[data-print]', () => print())
document.querySelector('form [role=alert]')?.focus()

// A chosen file is named; without this the browser would show nothing, as the control is drawn by us.
on('change', '.drop input[type=file]', input => {
  const out = input.closest('.drop').querySelector('output')
  out.value = [...input.files].map(f => `${f.name}（${(f.size / 1048576).toFixed(1)} MB）`).join('、')
})

// A window ends on the day it starts, and later.
const limitEnd = (set) => {
  const [start, end] = set.querySelectorAll('select')
  const day = start.value.slice(0, 10)
  for (const o of end.options) o.disabled = o.hidden = !(o.value > start.value && o.value.startsWith(day))
  for (const g of end.children) g.hidden = [...g.children].every(o => o.hidden)
  if (end.selectedOptions[0]?.disabled ?? true) end.value = [...end.options].find(o => !o.disabled)?.value ?? ''
}
for (const set of document.querySelectorAll('[data-window]')) limitEnd(set)
on('change', '[data-window] select', s => limitEnd(s.closest('[data-window]')))

// Live parts say when what they show may be old, and ask again, ever more rarely, until they are answered.
const longestWait = 30000
const live = (part, broken) => {
  const note = part?.querySelector('[data-live-note]')
  if (note) note.hidden = !broken
}
const again = e => {
  const part = e.target.closest?.('[data-live]')
  if (!part) return
  live(part, true)
  part.wait = Math.min(2 * (part.wait ?? 1000), longestWait)
  setTimeout(() => htmx.trigger(part, e.target === part ? 'again' : 'moved'), part.wait * (0.5 + Math.random())) // boards of a region do not ask at once
}
document.addEventListener('htmx:sse:error', e => live(e.target, true)) // the extension itself connects anew
document.addEventListener('htmx:sse:after:connection', e => {
  live(e.target, false)
  htmx.trigger(e.target, 'moved') // nobody told what happened while there was no connection
})
document.addEventListener('htmx:error', again)
document.addEventListener('htmx:response:error', again)
document.addEventListener('htmx:before:response', e => {
  const part = e.target.closest?.('[data-live]')
  if (part && e.detail.ctx.response.raw.redirected) { // the session has ended: sign in, and come back here
    e.preventDefault()
    location.reload()
  }
})
document.addEventListener('htmx:after:swap', e => {
  const part = e.target.closest?.('[data-live]')
  if (!part || e.detail.ctx.response.status >= 400) return // what a refusal swaps is nothing
  part.wait = undefined
  live(part, false)
})

// toast says something for eight seconds, or as long as the page in elder mode.
export function toast(text) {
  const t = make('<div class="toast" role="status"><span></span></div>')
  document.body.append(t)
  t.firstElementChild.textContent = text
  if (root.dataset.size !== 'elder') setTimeout(() => t.remove(), 8000)
}

// Who signs out while something that he did without a network waits on this device is told so; what he took along goes with him.
document.addEventListener('submit', async e => {
  if (!e.target.matches('[data-leave]')) return
  e.preventDefault()
  let waits = 0
  try {
    const { leave } = await import("@outbox.js")
    waits = await leave(document.body.dataset.who)
  } catch { /* this browser keeps nothing */ }
  if (waits) toast(`还有 ${waits} 件没有网络时记的事在这台手机里，送出以后才能退出。请打开“离线办事”看看。`)
  else e.target.submit()
})

// A text is copied for a group chat; old browsers and plain http mark it instead.
for (const b of document.querySelectorAll('[data-copy], [data-near], [data-here]')) b.hidden = false
on('click', '[data-copy]', async b => {
  const text = document.getElementById(b.dataset.copy)
  text.select()
  try { await navigator.clipboard.writeText(text.value) } catch { document.execCommand('copy') }
  toast(b.dataset.done)
})

// The nearest first, from where the phone is; without leave the page stays as it is.
on('click', '[data-near]', b => navigator.geolocation?.getCurrentPosition(
  p => { location.href = `${b.dataset.near}?near=${p.coords.latitude.toFixed(4)},${p.coords.longitude.toFixed(4)}` },
  () => toast(b.dataset.failed)))

// Where the device is, into the fields of the form; a receiver gives WGS-84.
on('click', '[data-here]', b => navigator.geolocation?.getCurrentPosition(p => {
  const put = (name, value) => { const f = b.form?.elements[name]; if (f) f.value = value }
  put('lat', p.coords.latitude.toFixed(6)); put('lng', p.coords.longitude.toFixed(6)); put('datum', 'wgs84')
}, () => toast(b.dataset.failed)))

addEventListener('offline', () => toast('没有网络。填的内容存在这台设备上，有网再送'))
addEventListener('online', () => toast('网络好了，可以送出了'))

// Drafts: what is half filled in outlives a lost network or a sign-out. Filed under the account, page and form; seven days.
const prefix = `draft|${document.body.dataset.who ?? ''}|`
const nameOf = (form) => `${prefix}${location.pathname}|${form.getAttribute('action')}`
const kept = (el) => el.name && !el.readOnly && !['hidden', 'password', 'file', 'submit', 'button'].includes(el.type) && !/off|one-time-code|password/.test(el.autocomplete)
const isTick = (el) => el.type === 'checkbox' || el.type === 'radio'
const now = (el) => isTick(el) ? el.checked : el.value
const before = (el) => isTick(el) ? el.defaultChecked
  : el.options ? ([...el.options].find(o => o.defaultSelected) ?? el.options[0])?.value ?? '' : el.defaultValue
const slot = (el, form) => isTick(el) ? `${el.name}=${el.value}` : `${el.name}#${[...form.elements].filter(x => x.name === el.name).indexOf(el)}`
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)) } catch { return null } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)) } catch { /* full or forbidden: no draft */ } },
  drop(key) { try { localStorage.removeItem(key) } catch { /* forbidden */ } },
  keys() { try { return Object.keys(localStorage) } catch { return [] } },
}
function save(form, sent) {
  const fields = {}
  for (const el of form.elements) if (kept(el) && now(el) !== before(el)) fields[slot(el, form)] = [now(el), before(el)]
  if (Object.keys(fields).length || sent) store.set(nameOf(form), { at: Date.now(), sent, fields })
  else store.drop(nameOf(form))
}
function restore(form) {
  const draft = store.get(nameOf(form))
  if (!draft || form.querySelector('[role=alert]')) return // after a refusal the server has kept the values
  let n = 0
  for (const el of form.elements) {
    const [value, was] = draft.fields[slot(el, form)] ?? []
    if (value === undefined || !kept(el) || was !== before(el)) continue // the record has changed since: its value wins
    isTick(el) ? el.checked = value : el.value = value
    n++
  }
  if (!n) return
  const note = make('<p class="notice" data-tone="sent" role="status"><span class="push">上次没填完的内容还在，接着填就行。</span><button type="button" class="btn quiet">重新填</button></p>')
  note.querySelector('button').addEventListener('click', () => { store.drop(nameOf(form)); form.reset(); note.remove() })
  form.prepend(note)
}
for (const key of store.keys().filter(k => k.startsWith('draft|'))) {
  const d = store.get(key)
  const elsewhere = !key.startsWith(`${prefix}${location.pathname}|`)
  const arrived = d?.sent && key.startsWith(prefix) && (elsewhere || document.querySelector('[data-flash]'))
  if (!d || arrived || Date.now() - d.at > 7 * 864e5) store.drop(key)
}
for (const form of document.querySelectorAll('form[data-draft]')) restore(form)
on('input', 'form[data-draft]', form => { clearTimeout(form.timer); form.timer = setTimeout(save, 400, form, false) })
on('submit', 'form[data-draft]', form => { clearTimeout(form.timer); save(form, true) })

// The desk's telephone form: who rings is recognised while the number is typed; one tap asks for the same again.
for (const box of document.querySelectorAll('[data-caller]')) {
  const form = box.closest('form'), phone = form.elements.recipient_phone
  let asked = ''
  const button = (text, act) => {
    const b = make('<button type="button" class="btn"></button>')
    b.textContent = text
    b.addEventListener('click', act)
    return b
  }
  const services = () => [...form.querySelectorAll('[name=catalogue_id]')]
  const first = () => services()[0]?.closest('label').parentElement
  const again = (who, order) => {
    form.elements.recipient_name.value = who.name
    const r = services().find(x => x.value === order.catalogue_id)
    if (r) { r.checked = true; r.dispatchEvent(new Event('input', { bubbles: true })) }
    if (order.title !== order.item) form.elements.title.value = order.title
    form.querySelector('[name=window_start]')?.focus()
  }
  const show = (people) => {
    box.replaceChildren()
    for (const who of people) {
      const line = make('<div class="notice" data-tone="done"><div class="stack tight"><p><b></b> <span></span></p><p class="row"></p></div></div>')
      line.querySelector('b').textContent = who.name
      line.querySelector('span').textContent = who.address
      const row = line.querySelector('.row')
      if (people.length > 1) row.append(button('就是' + who.name, () => { form.elements.recipient_name.value = who.name; services()[0]?.focus() }))
      for (const o of who.orders) {
        row.append(button(`再来一次：${o.title}（${o.when}）`, () => again(who, o)))
        const r = services().find(x => x.value === o.catalogue_id)
        if (r) first().prepend(r.closest('label'))
      }
      box.append(line)
    }
  }
  phone.addEventListener('input', async () => {
    const n = phone.value.replace(/[^0-9]/g, '').replace(/^(00)?86(?=1\d{10}$)/, '')
    if (n.length < 11 || n === asked) { if (n.length < 11) { asked = ''; box.replaceChildren() } return }
    asked = n
    try {
      const r = await fetch(box.dataset.caller, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ phone: n }) })
      if (r.ok && asked === n) show((await r.json()).items)
    } catch { /* no network: the number is recognised when the form is sent */ }
  })
}
