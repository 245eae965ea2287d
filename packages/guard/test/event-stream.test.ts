import { describe, expect, it } from 'vitest'
import { EventStreamReader, type StreamEvent } from '../src/event-stream.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function readBy(size: number, text: string): StreamEvent[] {
  const all = bytes(text)
  const reader = new EventStreamReader()
  const events: StreamEvent[] = []
  for (let at = 0; at < all.length; at += size) {
    events.push(...reader.push(all.subarray(at, at + size)))
  }
  return events
}

const cases: [string, string, StreamEvent[]][] = [
  ['one event', 'event: revoked\ndata: {}\nid: 7\n\n', [{ event: 'revoked', data: '{}', id: '7' }]],
  ['the default name', 'data: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
  [
    'an id that stays',
    'id: 1\ndata: a\n\ndata: b\n\n',
    [
      { event: 'message', data: 'a', id: '1' },
      { event: 'message', data: 'b', id: '1' },
    ],
  ],
  ['an id with NUL', 'id: a\0b\ndata: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
  [
    'several data lines',
    'data: a\ndata\ndata:  b\n\n',
    [{ event: 'message', data: 'a\n\n b', id: '' }],
  ],
  [
    'CRLF',
    'event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n',
    [
      { event: 'x', data: 'a', id: '' },
      { event: 'message', data: 'b', id: '' },
    ],
  ],
  [
    'CR alone',
    'event: x\rdata: a\r\rdata: b\n\n',
    [
      { event: 'x', data: 'a', id: '' },
      { event: 'message', data: 'b', id: '' },
    ],
  ],
  [
    'comments, unknown fields, no colon',
    ': alive\nfoo: bar\nretry: 5\nxyz\ndata: a\n\n',
    [{ event: 'message', data: 'a', id: '' }],
  ],
  ['an event without data', 'event: x\n\ndata: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
  [
    'a byte order mark and wide characters',
    '\ufeffdata: ü€😀\n\n',
    [{ event: 'message', data: 'ü€😀', id: '' }],
  ],
  [
    'an event that is not finished',
    'data: a\n\ndata: b\n',
    [{ event: 'message', data: 'a', id: '' }],
  ],
]

describe('an event stream', () => {
  it.each(cases)('reads %s the same in chunks of any size', (_, text, events) => {
    for (const size of [1, 2, 3, 5, 1000]) expect(readBy(size, text)).toEqual(events)
  })

  it('refuses a line past 16 KiB, in one chunk or many', () => {
    const line = `data: ${'x'.repeat(16_384)}`
    expect(() => readBy(100_000, line)).toThrow('16 KiB')
    expect(() => readBy(1_000, line)).toThrow('16 KiB')
    expect(readBy(1_000, `data: ${'x'.repeat(16_000)}\n\n`)).toHaveLength(1)
  })

  it('refuses an event past 64 KiB, and forgets the size of the one before', () => {
    const line = `data: ${'x'.repeat(16_000)}\n`
    expect(() => readBy(1_000, line.repeat(5))).toThrow('64 KiB')
    expect(readBy(1_000, `${line.repeat(3)}\n`.repeat(3))).toHaveLength(3)
  })
})
