// So that /my/pocket opens without a network: the page, which names nobody, and what it is made of. What is somebody's lies in the outbox of
// his account and is not touched when a new version takes the place of this one.
const version = 'pocket-@version', page = '/my/pocket', files = '@files'.split(' ')

addEventListener('install', e => {
  self.skipWaiting()
  e.waitUntil(caches.open(version).then(c => c.addAll([page, ...files].map(f => new Request(f, { cache: 'reload' })))))
})
addEventListener('activate', e => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('pocket-') && name !== version) await caches.delete(name)
  await clients.claim()
})()))
addEventListener('fetch', e => {
  const { origin, pathname } = new URL(e.request.url)
  if (e.request.method !== 'GET' || origin !== location.origin || pathname !== page && !files.includes(pathname)) return
  e.respondWith(caches.open(version).then(c => c.match(pathname)).then(kept => kept ?? fetch(e.request)))
})
