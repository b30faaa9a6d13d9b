// A questionnaire hides what is not asked and says at once what does not meet its condition. The server judges alike; without this
// script every question stands there and is judged when it is sent. The rules are those of platform/xform, eval.go.
const numeric = /^-?\d+(\.\d+)?$/, dated = /^\d{4}-\d\d-\d\d$/

export function judge(today, rows) {
  const memo = {}
  const asked = name => {
    if (name in memo) return memo[name]
    const row = rows[name]
    let ok = !row.in || asked(row.in)
    if (ok && row.asked) ok = truth(value(row.asked))
    return memo[name] = ok
  }
  const answer = name => asked(name) ? rows[name].value : ''
  const codes = e => answer(e[1]).split(' ').filter(Boolean)
  const value = e => {
    switch (e[0]) {
      case 'q': return answer(e[1])
      case 's': return e[1]
      case 'n': return number(e[1])
      case 'today': return today
      case 'not': return !truth(value(e[1]))
      case 'and': return truth(value(e[1])) && truth(value(e[2]))
      case 'or': return truth(value(e[1])) || truth(value(e[2]))
      case 'selected': return codes(e[1]).includes(e[2][1])
      case 'count': return codes(e[1]).length
    }
    return compare(e[0], value(e[1]), value(e[2]))
  }
  return { asked, meets: name => !rows[name].check || !answer(name) || truth(value(rows[name].check)) }
}

const number = s => numeric.test(s) ? +s : NaN
const truth = v => typeof v === 'number' ? v !== 0 && v === v : v === true || typeof v === 'string' && v !== ''
const toNumber = v => typeof v === 'string' ? number(v) : +v

function compare(op, a, b) {
  if (op === '=' || op === '!=') return same(a, b) === (op === '=')
  let x = toNumber(a), y = toNumber(b)
  if (dated.test(a) && dated.test(b)) [x, y] = [a, b]
  return op === '<' ? x < y : op === '<=' ? x <= y : op === '>' ? x > y : x >= y
}

function same(a, b) {
  if (typeof a === 'boolean' || typeof b === 'boolean') return truth(a) === truth(b)
  if (typeof a === 'number' || typeof b === 'number') return toNumber(a) === toNumber(b)
  return a === b
}

const read = box => [...box.querySelectorAll('input, textarea, select')]
  .filter(i => i.type === 'radio' || i.type === 'checkbox' ? i.checked : true)
  .map(i => i.type === 'checkbox' && i.value === 'true' ? 'OK' : i.value.trim().replace(/[０-９．－]/g, c => String.fromCharCode(c.charCodeAt(0) - 65248)))
  .join(' ')

// attach lets a form follow its rules.
export function attach(form) {
  const boxes = [...form.querySelectorAll('[data-q]')]
  const byNumber = form.querySelector('[name=boxes]')
  const look = () => {
    const rows = {}
    for (const b of boxes) {
      const d = b.dataset
      rows[d.q] = { in: d.in, asked: d.asked && JSON.parse(d.asked), check: d.check && JSON.parse(d.check), value: read(b) }
    }
    const j = judge(form.dataset.survey, rows)
    for (const b of boxes) {
      b.hidden = !j.asked(b.dataset.q)
      const first = b.querySelector('input, textarea, select')
      first?.setCustomValidity(b.hidden || j.meets(b.dataset.q) ? '' : b.dataset.say || '答案不符合要求')
    }
  }
  if (!byNumber) {
    form.addEventListener('input', look)
    look()
  }
}
for (const form of globalThis.document?.querySelectorAll('[data-survey]') ?? []) attach(form)
