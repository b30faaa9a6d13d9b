// Forms that may be submitted without a network: what was entered waits on this device and goes out when the network is back. The idempotency key that each form
// carries lets it count once, however often it is sent. Without this file the form is an ordinary one.
const prefix = `wait|${document.body.dataset.who ?? ''}|`
const forms = () => document.querySelectorAll('[data-offline] form')
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)) } catch { return null } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true } catch { return false } },
  drop(key) { try { localStorage.removeItem(key) } catch { /* forbidden: nothing was kept */ } },
  keys() { try { return Object.keys(localStorage).filter(k => k.startsWith(prefix)) } catch { return [] } },
}

function say(tone, text, href) {
  document.querySelector('[data-waiting]')?.remove()
  const p = document.createElement('p')
  Object.assign(p, { className: 'notice', role: 'status', textContent: text })
  p.dataset.tone = tone
  p.dataset.waiting = ''
  if (href) {
    const a = document.createElement('a')
    Object.assign(a, { className: 'link', href, textContent: '打开看看' })
    p.append(a)
  }
  document.querySelector('main').prepend(p)
  p.scrollIntoView({ block: 'nearest' })
}

// post gives the address that a done form leads to, '' when it was refused, and undefined when nobody answered or the session is over.
async function post({ action, body }) {
  try {
    const answer = await fetch(action, { method: 'POST', body: new URLSearchParams(body) })
    const to = new URL(answer.url)
    if (answer.status >= 500 || answer.status === 429 || answer.status === 401 || to.pathname.startsWith('/sign-in')) return undefined
    return answer.redirected && answer.ok ? to.href : ''
  } catch { return undefined }
}

document.addEventListener('submit', async e => {
  const form = e.target
  if (!form.closest('[data-offline]')) return
  e.preventDefault()
  const what = { action: form.action, from: location.href, body: [...new FormData(form)] }
  const to = await post(what)
  if (to) location = to
  else if (to === '') form.submit() // the server says by each field what is wrong
  else if (store.set(prefix + form.action, what)) say('wait', '没有网络，填的已经存在这台手机上。网络好了会自动送出，不用再填。没有网络时请不要刷新这一页：刷新了打不开，填的仍在这台手机上，有网络时再打开就送出。')
  else say('alarm', '没有网络，这台手机也存不下。请不要关掉这一页，网络好了再按一次。')
})

let busy = false
async function flush() {
  if (busy) return
  busy = true
  for (const key of store.keys()) {
    const what = store.get(key)
    if (!what || what.refused) continue
    const to = await post(what)
    if (to === undefined) break
    if (to) {
      store.drop(key)
      if (location.href === what.from) location = to
      else say('done', '刚才没有网络时填的，已经送出。', to)
    } else {
      store.set(key, { ...what, refused: true })
      say('alarm', '没有网络时填的没有被收下，请打开核对后再送。', what.from)
    }
  }
  busy = false
}

// What waits is shown again in its form.
for (const form of forms()) {
  const kept = store.get(prefix + form.action)
  if (!kept) continue
  const values = new Map()
  for (const [name, value] of kept.body) values.set(name, [...(values.get(name) ?? []), value])
  for (const el of form.elements) {
    if (!values.has(el.name) || el.name === 'version') continue
    if (el.type === 'checkbox' || el.type === 'radio') el.checked = values.get(el.name).includes(el.value)
    else if (el.type !== 'file') el.value = values.get(el.name)[0]
  }
  if (kept.refused) {
    store.drop(prefix + form.action)
    say('alarm', '没有网络时填的没有被收下，都还在下面，请核对后再送。')
  }
}
addEventListener('online', flush)
flush()
