import { styleText } from 'node:util'
import type { JitEvent } from '@lumojit/core'

type Tone = 'green' | 'red' | 'yellow' | 'dim' | 'bold'
interface Line {
  readonly who: string
  readonly what: string
  readonly status: string
  readonly tone: Tone
}
export interface Totals {
  readonly calls: number
  readonly requests: number
  readonly roundTrips: number
  readonly tokensIssued: number
  readonly tokensAliveDuring: number
  readonly tokensAliveAfter: number
}

/** Everything that happens, one line each, as it happens: for a person, or as JSON lines. */
export class Timeline {
  readonly #json: boolean
  #from: number | undefined
  #calls = 0

  constructor(json: boolean) {
    this.#json = json
  }

  get calls(): number {
    return this.#calls
  }

  step(title: string): void {
    this.#calls += 1
    this.heading(title)
  }

  heading(title: string): void {
    if (this.#json) this.#line({ type: 'step', title })
    else console.log(`\n${paint('bold', title)}`)
  }

  say(who: string, what: string, status = '', tone: Tone = 'dim'): void {
    if (this.#json) this.#line({ type: 'said', who, what, ...(status ? { status } : {}) })
    else this.#print({ who, what, status, tone })
  }

  /** What the engine reports. Nothing in it is a secret, so it is printed as it is. */
  happened(event: JitEvent): void {
    const line = this.#json ? undefined : inWords(event)
    if (this.#json) this.#line(event)
    else if (line) this.#print(line)
  }

  total(totals: Totals): void {
    if (this.#json) {
      this.#line({ type: 'summary', ...totals })
      return
    }
    const { calls, requests, roundTrips, tokensIssued, tokensAliveDuring, tokensAliveAfter } =
      totals
    const end =
      tokensAliveAfter === 0
        ? paint('green', '0 alive now')
        : paint('red', `${tokensAliveAfter} ALIVE NOW`)
    console.log(
      `\n${calls} calls · ${requests} permissions asked for · ${roundTrips} round trips · ${tokensIssued} tokens issued, ${tokensAliveDuring} alive before the task ended, ${end}`,
    )
  }

  #line(value: object): void {
    console.log(JSON.stringify(value))
  }

  #print({ who, what, status, tone }: Line): void {
    this.#from ??= performance.now()
    const time = ((performance.now() - this.#from) / 1000).toFixed(2).padStart(6)
    console.log(
      `${paint('dim', time)}  ${who.padEnd(9)}  ${paint(tone, status.padEnd(9))}  ${what}`,
    )
  }
}

function inWords(event: JitEvent): Line | undefined {
  switch (event.type) {
    case 'task-opened':
      return { who: 'authority', what: 'opens a task', status: 'open', tone: 'green' }
    case 'sent':
      return {
        who: 'Acme API',
        what: `answers ${event.method}, sent with ${carried(event.with)}`,
        status: String(event.status),
        tone: event.status < 400 ? 'green' : 'red',
      }
    case 'challenge-read':
      return {
        who: 'agent',
        what: `reads what is missing: ${event.types.join(', ')}`,
        status: '',
        tone: 'dim',
      }
    case 'request-opened':
      return {
        who: 'authority',
        what: 'is asked for exactly that',
        status: event.risk ?? '',
        tone: 'yellow',
      }
    case 'request-pending':
      return {
        who: 'authority',
        what: 'wants a person to decide',
        status: 'pending',
        tone: 'yellow',
      }
    case 'grant-received':
      return {
        who: 'authority',
        what: `gives a token for ${event.reuse === 'once' ? 'this call' : 'this task'}`,
        status: 'granted',
        tone: 'green',
      }
    case 'task-completed':
      return {
        who: 'authority',
        what: `ends the task and revokes ${event.report.revoked} grants`,
        status: event.report.unrevoked.length ? 'NOT ALL' : 'done',
        tone: event.report.unrevoked.length ? 'red' : 'green',
      }
    default:
      return undefined
  }
}

function carried(what: 'none' | 'base' | 'grant'): string {
  return { none: 'no token', base: 'a token that may do nothing yet', grant: 'the granted token' }[
    what
  ]
}

/** Colour only where a person looks at it, and only if that person wants it. */
function paint(tone: Tone, text: string): string {
  return styleText(tone, text, { stream: process.stdout, validateStream: true })
}
