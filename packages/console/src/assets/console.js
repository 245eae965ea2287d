// What the pages do beyond forms and links: count down, say when the live line is lost, hold lists still under the hand, and
// move the focus by keys. Everything works without it, but that pages then do not change by themselves.

const live = document.getElementById('live')
const skew = live === null ? 0 : Number(live.dataset.now) - Date.now()
const UNITS = [
  ['d', 86400000],
  ['h', 3600000],
  ['min', 60000],
  ['s', 1000],
]

/** As `span` in words/time.ts. */
function span(ms) {
  let rest = Math.max(0, Math.floor(ms / 1000) * 1000)
  const first = UNITS.findIndex(([, size]) => rest >= size)
  if (first < 0) return '0 s'
  const words = []
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) words.push(`${count} ${unit}`)
  }
  return words.join(' ')
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/** Times are of the authority's clock: a laptop that is off by minutes still counts right. */
function tick() {
  const now = Date.now() + skew
  for (const element of document.querySelectorAll('time[data-until]')) {
    const left = Number(element.dataset.until) - now
    write(element, left > 0 ? `${span(left)} left` : element.dataset.over)
    element.classList.toggle('soon', left < 60000)
    element.classList.toggle('over', left <= 0)
  }
  for (const element of document.querySelectorAll('time[data-since]')) {
    const past = now - Number(element.dataset.since)
    write(element, past < 1000 ? 'just now' : `${span(past)} ago`)
  }
}
tick()
setInterval(tick, 1000)

// The live line: an old page must not look like a new one.
const offline = document.getElementById('offline')
let lost
function say(text) {
  if (offline === null) return
  offline.hidden = text === ''
  write(offline, text)
}
document.addEventListener('htmx:sse:after:connection', () => {
  clearTimeout(lost)
  lost = undefined
  say('')
})
document.addEventListener('htmx:sse:error', (event) => {
  if (event.detail?.status === 401)
    return say('You are signed out: open the page again to sign in.')
  lost ??= setTimeout(
    () => say('The live line is lost: what you see may be old. Trying again…'),
    3000,
  )
})
document.addEventListener('htmx:response:error', (event) => {
  const status = event.detail?.ctx?.response?.status
  say(
    status === 401
      ? 'You are signed out: open the page again to sign in.'
      : 'This page could not be refreshed: what you see may be old.',
  )
})
document.addEventListener('htmx:sse:close', (event) => {
  if (event.detail?.reason !== 'removed') say('The live line ended: open the page again.')
})

// A list does not move while somebody points at it or goes through it by keys: a click would hit what has just come there.
const held = (list) =>
  (matchMedia('(hover: hover)').matches && list.matches(':hover') && moved) ||
  list.contains(document.activeElement)
let moved = false
let stale = false
document.addEventListener(
  'pointermove',
  () => {
    moved = true
  },
  { passive: true },
)
document.addEventListener('htmx:before:request', (event) => {
  const list = event.target
  if (!(list instanceof Element) || list.id !== 'list' || !held(list)) return
  event.preventDefault()
  stale = true
  const note = document.getElementById('held')
  if (note === null) return
  note.hidden = false
  write(note, 'Something changed. The list follows when you leave it.')
})
function release() {
  const list = document.getElementById('list')
  if (!stale || list === null || held(list)) return
  stale = false
  htmx.trigger(list, 'refresh')
}
document.addEventListener('pointerover', () => setTimeout(release, 50), { passive: true })
document.addEventListener('focusout', () => setTimeout(release, 50))
document.addEventListener('pointerleave', release)

// Keys move the focus and never decide.
const rows = () => [...document.querySelectorAll('.requests > li > a, .cards > li a:first-of-type')]
function step(by) {
  const all = rows()
  const at = all.indexOf(document.activeElement)
  all[
    at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)
  ]?.focus()
}
let going = false
document.addEventListener('keydown', (event) => {
  const at = event.target
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'Escape' && at instanceof HTMLElement) return at.blur()
  if (
    at instanceof HTMLElement &&
    at.matches('input:not([type=checkbox]), textarea, select, dialog *')
  )
    return
  if (going) {
    going = false
    const link = document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`)
    if (link !== null) link.click()
    return
  }
  switch (event.key) {
    case 'j':
      return step(1)
    case 'k':
      return step(-1)
    case 'g':
      going = true
      setTimeout(() => {
        going = false
      }, 1500)
      return
    case '?':
      return document.getElementById('keys')?.showModal?.()
    default: {
      if (event.key.length !== 1) return
      const wanted = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`)
      if (wanted === null) return
      event.preventDefault()
      wanted.focus()
    }
  }
})

// The one-time code stands behind “#”, where no server and no log sees it.
const code = document.querySelector('[data-from-link]')
if (code !== null && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1))
  code.closest('form')?.querySelector('button')?.focus()
  history.replaceState(null, '', location.pathname + location.search)
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null
  const secret = button === null ? null : document.getElementById(button.dataset.copy)
  if (secret === null) return
  navigator.clipboard?.writeText(secret.textContent).then(
    () => write(button, 'Copied'),
    () => getSelection().selectAllChildren(secret),
  )
})

// Two quick clicks are one decision.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.method !== 'post' || event.defaultPrevented) return
  if (form.dataset.sent === 'yes') return event.preventDefault()
  form.dataset.sent = 'yes'
  setTimeout(() => {
    delete form.dataset.sent
  }, 5000)
})
