/** One dispatched event (HTML Living Standard §9.2.6). `id` is the last one seen on the stream, '' before any. */
export interface StreamEvent {
  readonly event: string
  readonly data: string
  readonly id: string
}

const MAX_LINE = 16_384
const MAX_DATA = 65_536

/** Incremental reader of `text/event-stream`: bytes in, events out, linear work. Throws past 16 KiB a line or 64 KiB an event. */
export class EventStreamReader {
  readonly #decoder = new TextDecoder()
  #line = ''
  #afterCarriageReturn = false
  #event = ''
  #data: string[] = []
  #dataLength = 0
  #id = ''

  push(bytes: Uint8Array): StreamEvent[] {
    const text = this.#decoder.decode(bytes, { stream: true })
    const events: StreamEvent[] = []
    let start = 0
    for (const end of text.matchAll(/\r\n?|\n/g)) {
      const piece = text.slice(start, end.index)
      start = end.index + end[0].length
      // The second half of a CRLF that was cut between two chunks ends nothing.
      const isTail = this.#afterCarriageReturn && end.index === 0 && end[0] === '\n'
      this.#afterCarriageReturn = false
      if (isTail) continue
      const line = this.#append(piece)
      this.#line = ''
      const event = line === '' ? this.#dispatch() : this.#field(line)
      if (event !== undefined) events.push(event)
    }
    if (start < text.length) {
      this.#line = this.#append(text.slice(start))
      this.#afterCarriageReturn = false
    } else if (text !== '') {
      this.#afterCarriageReturn = text.endsWith('\r')
    }
    return events
  }

  #append(piece: string): string {
    const line = this.#line + piece
    if (line.length > MAX_LINE) throw new Error('A line of the event stream exceeds 16 KiB.')
    return line
  }

  #field(line: string): undefined {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    if (name === 'event') this.#event = value
    else if (name === 'id' && !value.includes('\0')) this.#id = value
    else if (name === 'data') {
      this.#dataLength += value.length + 1
      if (this.#dataLength > MAX_DATA) throw new Error('An event exceeds 64 KiB.')
      this.#data.push(value)
    }
  }

  #dispatch(): StreamEvent | undefined {
    const { event, data } = { event: this.#event, data: this.#data }
    this.#event = ''
    this.#data = []
    this.#dataLength = 0
    if (data.length === 0) return
    return { event: event === '' ? 'message' : event, data: data.join('\n'), id: this.#id }
  }
}
