// The page that works without a network (/my/pocket): what somebody took along, forms whose answers wait in his outbox, and what became of
// each. The worker beside it opens it; without one it works while it stays open.
import { Outbox, send } from "@outbox.js"
import { attach } from "@survey.js"

const at = id => document.getElementById(id)
const kit = at('kit'), root = document.documentElement
const who = { // whose things the page shows when nobody can be asked
  get() { try { return localStorage.getItem('pocket') } catch { return null } },
  set(id) { try { id ? localStorage.setItem('pocket', id) : localStorage.removeItem('pocket') } catch { /* shown while the page is open */ } },
}
const names = { check_in: '签到', check_out: '签退', visit: '探访', home_visit: '走访', survey_answer: '走访问卷', roll_call: '点名' }
const moment = x => new Date(x.known ?? x.at).toLocaleString('zh-CN', { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' })
const standing = x => x.handed ? ['wait', '已交给站点处理'] : { done: ['done', '站里收下了'], conflict: ['ask', '和现在的情况对不上'],
  refused: ['alarm', '没有收下'] }[x.verdict] ?? ['wait', '等着送出']
let box, drawn = '', busy = false, writing = false, opens = false

for (const key of ['size', 'theme']) { // the page is the same for everybody; how this one reads is in his cookies
  const value = document.cookie.match(`(?:^|; )${key}=([a-z]+)`)?.[1]
  if (value) root.dataset[key] = value
}
[...document.querySelectorAll('.bar .account')].at(-1)?.remove() // signing out is done where there is a network

function copy(id, slots) {
  const made = at(id).content.cloneNode(true)
  for (const [name, text] of Object.entries(slots)) made.querySelector(`[data-slot=${name}]`).textContent = text
  return made
}

function say(tone, text, link) {
  at('state').dataset.tone = tone
  const span = at('state').querySelector('span')
  span.textContent = text
  if (link) span.append(Object.assign(document.createElement('a'), { className: 'link', href: link, textContent: '去登录' }))
}

const warn = text => { at('warnings').hidden = false; at('warnings').append(copy('warning', { text })) }

// body makes of a form what its action says: names with dots are nested, several answers of one name a list.
function body(form) {
  const out = {}
  for (const [name, value] of new FormData(form)) {
    if (value === '' && !name.endsWith('.came')) continue
    const path = name.split('.'), last = path.pop()
    let into = out
    for (const [i, key] of path.entries()) into = into[key] ??= /^\d+$/.test(path[i + 1] ?? last) ? [] : {}
    const plain = last === 'form_version' ? +value : value === 'true' && form.elements[name].type === 'checkbox' || value
    into[last] = last in into ? [into[last], plain].flat() : plain
  }
  return out
}

async function show() {
  const items = box ? await box.all() : []
  const waits = items.filter(x => !x.verdict), bad = items.filter(x => x.verdict && x.verdict !== 'done' && !x.handed)
  at('outbox').hidden = !items.length
  kit[waits.length || bad.length ? 'before' : 'after'](at('outbox'))
  at('flush').hidden = !waits.length
  at('hand').hidden = !bad.length
  at('items').replaceChildren(...items.slice().reverse().map(x => {
    const [tone, state] = standing(x)
    const made = copy('item', { what: `${names[x.kind]} · ${x.label}`, state, words: `${moment(x)} ${x.words ?? ''}` })
    made.querySelector('.tag').dataset.tone = tone
    return made
  }))
  for (const card of kit.querySelectorAll('[data-of]')) {
    const own = items.filter(x => x.of === card.dataset.of), last = own.at(-1), note = card.querySelector('[data-said]')
    note.hidden = !last
    if (last) note.textContent = `${names[last.kind]} ${moment(last)}：${standing(last)[1]}`
    const tap = own.filter(x => !x.verdict || x.verdict === 'done').at(-1)?.kind ?? (card.dataset.in === 'true' ? 'check_in' : '')
    for (const b of card.querySelectorAll('button[value=check_in]')) b.hidden = tap !== ''
    for (const b of card.querySelectorAll('button[value=check_out]')) b.hidden = tap !== 'check_in'
  }
  return waits.length
}

// today is the day of Shanghai, as far as this telephone knows it.
const today = async () => new Date(await box.time() + 288e5).toISOString().slice(0, 10)

// forget takes off this telephone whose homes he went to see, when he may know it no longer; whom he sees besides stays.
async function forget() {
  const page = box && await box.page()
  if (!page) return
  const now = await today(), kept = document.createElement('template')
  kept.innerHTML = page.html
  const people = e => [...e.querySelectorAll('[data-person]')].map(x => x.dataset.person)
  let past = false
  for (const root of [kept.content, kit]) {
    const gone = [...root.querySelectorAll('[data-until]')].filter(x => x.dataset.until < now), whose = gone.flatMap(people)
    gone.forEach(x => x.remove())
    for (const id of whose.filter(id => !people(root).includes(id))) root.querySelectorAll(`option[value="${id}"]`).forEach(x => x.remove())
    past ||= root !== kit && gone.length > 0
  }
  if (past) await box.keep('page', { html: kept.innerHTML })
}

// draw puts in what was taken along; whoever has opened a form is not disturbed.
async function draw() {
  await forget()
  const page = box && await box.page()
  if (writing || !page || drawn === page.html || kit.querySelector('[open]')) return
  kit.innerHTML = drawn = page.html
  const now = await today()
  for (const day of kit.querySelectorAll('[name=consent_day]')) day.defaultValue = now
  for (const form of kit.querySelectorAll('[data-survey]')) {
    form.dataset.survey = now
    attach(form)
  }
}

async function become(id) {
  if (box?.account === id) return
  box = id ? new Outbox(id) : undefined
  who.set(id)
  writing = false
  kit.replaceChildren()
  drawn = ''
  await draw()
}

// meet takes along what is new, as whoever is signed in.
async function meet() {
  if (!box) {
    const answer = await send('GET', '/api/v1/sync/pack').catch(() => ({}))
    if (answer.status === 401) return 'sign-in'
    if (answer.status !== 200 || !answer.body?.account_id) return 'later'
    await become(answer.body.account_id)
  }
  const end = await box.fetch()
  if (end === 'other') {
    await box.unpack()
    await become(undefined)
    return meet()
  }
  if (end !== 'new') return end
  const answer = await fetch('/my/pocket/kit', { cache: 'no-store' }).catch(() => ({}))
  if (answer.status !== 200 || answer.redirected) return 'later'
  const html = await answer.text()
  if (!html.includes(`data-account="${box.account}"`)) return 'later' // somebody else has signed in meanwhile
  await box.keep('page', { html })
  await draw()
  return 'new'
}

// go sends what waits and takes along what is new: at the start, when the page is looked at again, with the network, each minute, on demand.
async function go() {
  if (busy) return
  busy = true
  try {
    let end = box ? await box.flush() : 'sent'
    if (end === 'sent' || end === 'other') end = await meet()
    if (end === 'new') end = await box.flush()
    if (end === 'sign-in' && who.get() !== box?.account) await become(undefined) // he has signed out in another tab
    await box?.tidy()
    await forget()
    const waits = await show(), line = waits ? `${waits} 件事在这台手机里等着。` : ''
    if (end === 'sent') say('done', opens ? '都送到了，任务也带好了。没有网络也能打开这一页。' : '都送到了，任务也带好了。')
    else if (end === 'sign-in') say('ask', line + '登录过期了，登录后就能送出。', '/sign-in?back=/my/pocket')
    else say('wait', line + '现在没有网络，照常用，有网时自动送出。')
  } catch (e) {
    say('alarm', '这台手机上存不了东西（可能是无痕浏览，或者空间满了）。请记在纸上，回来交给站里补记。')
  } finally { busy = false }
}

kit.addEventListener('input', () => { writing = true })
kit.addEventListener('submit', async e => {
  e.preventDefault()
  const form = e.target, said = body(form)
  const of = said.order_id ?? said.pairing_id ?? said.activity_id ?? said.home_id
  for (const b of form.querySelectorAll('button')) b.disabled = true
  try {
    await box.add(e.submitter?.value || form.dataset.kind, said, { base: +form.dataset.base || 0, label: form.dataset.label, of })
    form.reset()
    form.closest('details')?.removeAttribute('open')
    writing = false
    await show()
    say('wait', '记在这台手机里了。')
    at('state').scrollIntoView({ block: 'nearest' })
    navigator.storage?.persist?.()
    go()
  } catch {
    say('alarm', '没有记下：这台手机存不下。请记在纸上，回来交给站里补记。')
  } finally { for (const b of form.querySelectorAll('button')) b.disabled = false }
})
at('flush').addEventListener('click', go)
at('hand').addEventListener('click', async () => {
  const all = await box.handOver()
  await show()
  say(all ? 'done' : 'wait', all ? '交给站点了，站里看过会告诉您。' : '还没有都交到，有网时再按一次。')
})
addEventListener('online', go)
document.addEventListener('visibilitychange', () => { if (!document.hidden) go() })
setInterval(() => { if (!document.hidden) go() }, 60000)

if (!navigator.serviceWorker) {
  warn(/MicroMessenger/i.test(navigator.userAgent)
    ? '微信里没有网络时打不开这一页，关掉再开，记的也可能没了。出门前请点右上角“…”，选“在浏览器打开”，在浏览器里登录一次。'
    : '这个浏览器没有网络时打不开这一页。出门前请换手机自带的浏览器打开，或者出门以后不要关这一页。')
} else {
  navigator.serviceWorker.register('/my/pocket.js', { scope: '/my/pocket' }).catch(() => warn('没有网络时打不开这一页，请出门以后不要关它。'))
  navigator.serviceWorker.ready.then(() => { opens = true; root.dataset.pocket = 'ready'; go() })
}
if (/iPhone|iPad/.test(navigator.userAgent) && !matchMedia('(display-mode: standalone)').matches) {
  warn('苹果手机七天不打开，会清掉网页存的东西。请点“分享”，选“添加到主屏幕”，从主屏幕打开；记的事当天连上网送出。')
}
become(who.get() ?? undefined).then(show, () => {}).finally(go)
