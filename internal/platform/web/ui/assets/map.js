// Stations on a ground of tiles, where the operator has set one. The sketch beside it stays where tiles do not come, and where scripts do not run.
for (const box of document.querySelectorAll('.ground')) {
  const { tiles, spots, words } = JSON.parse(box.dataset.ground)
  const sketch = box.parentElement.querySelectorAll('[data-sketch]'), shown = box.parentElement.querySelectorAll('[data-ground], .credit')
  const swap = map => { for (const e of sketch) e.toggleAttribute('hidden', map); for (const e of shown) e.hidden = !map }
  swap(true)
  const map = L.map(box, { attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: 3, maxZoom: 18 })
  L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.farther }).addTo(map)
  let came = false
  for (const url of tiles) {
    // Only the name of this site goes out with a request for a tile, never the page; some services ask for it with their key.
    L.tileLayer(url, { referrerPolicy: 'strict-origin', maxZoom: 18 }).addTo(map)
      .on('tileload', () => { came = true })
      .on('tileerror', () => { if (!came) { swap(false); map.remove(); came = true } })
  }
  for (const s of spots) {
    const a = document.createElement(s.href ? 'a' : 'span')
    if (s.href) a.href = s.href
    else a.setAttribute('role', 'img')
    a.textContent = s.no
    a.setAttribute('aria-label', `${s.no} ${s.name}`.trim())
    a.title = s.name
    a.addEventListener('focus', () => map.panInside([s.lat, s.lng], { padding: [40, 40], animate: false }))
    L.marker([s.lat, s.lng], { icon: L.divIcon({ html: a, className: 'spot', iconSize: [32, 32] }), interactive: false, keyboard: false }).addTo(map)
  }
  const at = spots.map(s => [s.lat, s.lng])
  at.length > 1 ? map.fitBounds(at, { padding: [30, 30], animate: false }) : map.setView(at[0], 15)
}
