/**
 * The caller's signal, ended by time as well. Real time, not the port's: this guards a socket. `AbortSignal.timeout`
 * would do, but holds everything that hangs on it until the time is over, answered or not.
 */
export function limited(ms: number, abort?: AbortSignal) {
  const over = new AbortController()
  const stop = () => over.abort(abort?.reason)
  const timer = setTimeout(stop, ms)
  abort?.addEventListener('abort', stop, { once: true })
  const release = () => {
    clearTimeout(timer)
    abort?.removeEventListener('abort', stop)
  }
  return { signal: over.signal, release }
}
