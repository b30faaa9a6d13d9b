// A text with headings, lists and links, over the field that holds it: Squire writes, DOMPurify keeps what may stand, and the server judges.
// Without scripts the field itself is there. What is written stands in the field at once, so that drafts and refused forms keep it.
const allowed = {
  ALLOWED_TAGS: ['p', 'br', 'h1', 'h2', 'h3', 'h4', 'b', 'strong', 'i', 'em', 'u', 'ul', 'ol', 'li', 'blockquote', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a'],
  ALLOWED_ATTR: ['href', 'colspan', 'rowspan'],
  FORBID_CONTENTS: ['script', 'style', 'svg', 'math', 'template', 'noscript', 'iframe', 'head', 'title'],
  RETURN_DOM_FRAGMENT: true,
}
// What Word brings is full of styles, each of which the browser would report as refused; DOMPurify takes out what this misses.
const plainer = html => html.replace(/\s(?:style|on\w+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, '')
const escaped = text => text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c])
const paragraphs = text => text.trim().split(/\n\s*\n/).map(p => `<p>${escaped(p).replace(/\n/g, '<br>')}</p>`).join('')

for (const box of document.querySelectorAll('[data-editor]')) {
  const field = box.querySelector('textarea'), tools = box.querySelector('[role=toolbar]'), root = box.querySelector('[role=textbox]')
  const format = field.form.elements.format, href = tools.querySelector('input')
  const editor = new Squire(root, { blockTag: 'P', sanitizeToDOMFragment: html => document.importNode(DOMPurify.sanitize(plainer(html), allowed), true) })
  const show = () => editor.setHTML(format.value === 'html' || /^\s*</.test(field.value) ? field.value : paragraphs(field.value))
  const put = () => {
    field.value = editor.getHTML()
    format.value = 'html'
  }
  const heading = to => editor.modifyBlocks(from => {
    for (const block of from.querySelectorAll('p, div, h1, h2, h3, h4')) {
      const other = document.createElement(to)
      other.append(...block.childNodes)
      block.replaceWith(other)
    }
    return from
  })
  const acts = {
    bold: () => editor.hasFormat('B') ? editor.removeBold() : editor.bold(),
    heading: () => heading(editor.hasFormat('H2') ? 'p' : 'h2'),
    bullets: () => editor.hasFormat('UL') ? editor.removeList() : editor.makeUnorderedList(),
    numbers: () => editor.hasFormat('OL') ? editor.removeList() : editor.makeOrderedList(),
    quote: () => editor.hasFormat('BLOCKQUOTE') ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel(),
    link: () => href.value ? editor.makeLink(href.value) : editor.removeLink(),
    plain: () => editor.removeAllFormatting(),
    undo: () => editor.undo(),
  }
  show()
  put()
  field.defaultValue = field.value // the same text in another writing is no draft
  field.hidden = true
  tools.hidden = root.hidden = false
  editor.addEventListener('input', () => {
    put()
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
  field.form.addEventListener('reset', () => setTimeout(show))
  field.form.addEventListener('submit', put)
  tools.addEventListener('click', e => {
    const act = acts[e.target.closest('[data-do]')?.dataset.do]
    if (act) { act(); editor.focus() }
  })
  box.querySelector('label')?.addEventListener('click', e => { e.preventDefault(); editor.focus() })
}
