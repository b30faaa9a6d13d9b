// A signature is drawn with a finger, a pen or the mouse; its points go with the form, in the units of the field (600 by 200). Without this
// script the page says to sign on paper.
for (const field of document.querySelectorAll('[data-sign]')) {
  const svg = field.querySelector('svg'), path = field.querySelector('path'), input = field.querySelector('input')
  const wide = 600, high = 200, most = 4000
  let strokes = input.value ? input.value.split(';').map(s => s.split(' ').filter(Boolean)) : []
  let now = null
  const show = () => {
    path.setAttribute('d', strokes.map(s => 'M' + s.join(' L')).join(' '))
    input.value = strokes.map(s => s.join(' ')).join(';')
  }
  const at = e => {
    const box = svg.getBoundingClientRect()
    const within = (v, max) => Math.round(Math.min(max, Math.max(0, v)))
    return within((e.clientX - box.left) / box.width * wide, wide) + ',' + within((e.clientY - box.top) / box.height * high, high)
  }
  svg.addEventListener('pointerdown', e => {
    e.preventDefault()
    svg.setPointerCapture(e.pointerId)
    strokes.push(now = [at(e)])
    show()
  })
  svg.addEventListener('pointermove', e => {
    if (!now || strokes.reduce((n, s) => n + s.length, 0) >= most) return
    const dot = at(e)
    if (dot !== now[now.length - 1]) now.push(dot)
    show()
  })
  for (const end of ['pointerup', 'pointercancel']) svg.addEventListener(end, () => { now = null })
  field.querySelector('button').addEventListener('click', () => { strokes = []; now = null; show() })
  field.hidden = false
  show()
}
