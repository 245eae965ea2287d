import type { JitEvent } from '@lumojit/core'
import type { Decision, PermissionRequest } from '@lumojit/protocol'
import { describeAll } from '../output/describe.ts'
import { inert } from '../output/inert.ts'
import { left, span } from '../output/span.ts'
import { type Spinner, spin } from '../output/spinner.ts'
import { styleOf } from '../output/style.ts'
import type { Surroundings } from '../surroundings.ts'

type Waiting = Extract<Decision, { status: 'pending' }>

/** Tells what happens on the way: a line each on stderr, or with `json` a JSON line each on stdout. */
export class Steps {
  readonly #around: Surroundings
  readonly #json: boolean
  readonly #url: string
  #spinner: Spinner | undefined

  constructor(around: Surroundings, url: string, json: boolean) {
    this.#around = around
    this.#url = url
    this.#json = json
  }

  asked({ permission, reuse }: PermissionRequest, { ref, status, risk }: Decision): void {
    const details = permission.kind === 'details' ? permission.details : []
    const id = ref?.requestId
    this.#tell('challenge', describeAll(details), { details })
    const how = reuse === 'task' ? 'for this task' : 'once'
    this.#tell(
      'asked',
      [`${how}, as ${id ?? 'a request'}`, risk && `${risk} risk`].filter(Boolean).join(', '),
      {
        requestId: id,
        reuse,
        risk,
        status,
      },
    )
  }

  waiting({ ref, approvalUrl, expiresAt, waitsFor }: Waiting): void {
    const { now } = this.#around
    const whom = waitsFor === 'approver' ? 'for a person' : 'for the user it is done for'
    const where = approvalUrl ?? `lumojit approve ${ref.requestId}`
    this.#tell('pending', `${whom}: ${where}`, {
      requestId: ref.requestId,
      approvalUrl,
      expiresAt: expiresAt && new Date(expiresAt).toISOString(),
      waitsFor,
    })
    if (this.#json) return
    const since = now()
    this.#spinner = spin(
      this.#around,
      () =>
        `waiting ${whom}, ${span(now() - since)}${expiresAt ? `; ${left(expiresAt, now())} left` : ''}`,
    )
  }

  event(event: JitEvent): void {
    switch (event.type) {
      case 'sent': {
        const { method, status, attempt } = event
        const carried = { none: 'no token', base: "this API's base token", grant: 'the grant' }
        this.#tell(
          attempt > 1 ? 'sent again' : 'sent',
          `${method} ${this.#url} with ${carried[event.with]} → ${status}`,
          {
            method,
            url: this.#url,
            with: event.with,
            status,
            attempt,
          },
          'sent',
        )
        return
      }
      case 'challenge-unreadable':
        this.#tell(
          'unreadable',
          `the API asks for something in a form nobody knows (${event.reason})`,
          {
            reason: event.reason,
          },
        )
        return
      case 'grant-received': {
        const { requestId, reuse, expiresAt } = event
        const how = reuse === 'task' ? 'for this task' : 'once'
        this.#tell('granted', `${how}, for ${left(expiresAt, this.#around.now())}`, {
          requestId,
          reuse,
          expiresAt: new Date(expiresAt).toISOString(),
        })
        return
      }
      case 'task-completed': {
        const { revoked, unrevoked } = event.report
        const alive = unrevoked.map(
          (it) => `${it.requestId} for ${left(it.expiresAt, this.#around.now())}`,
        )
        const rest = alive.length > 0 ? `; still alive: ${alive.join(', ')}` : ''
        this.#tell(
          'ended',
          `the task, and ${revoked === 1 ? '1 grant' : `${revoked} grants`} with it${rest}`,
          {
            revoked,
            unrevoked: unrevoked.map(({ requestId }) => requestId),
          },
        )
        return
      }
    }
  }

  /** Before anything else is written. */
  hush(): void {
    this.#spinner?.stop()
    this.#spinner = undefined
  }

  #tell(step: string, text: string, members: object, type = step): void {
    this.hush()
    if (this.#json) this.#around.write(`${JSON.stringify({ type, ...members })}\n`)
    else {
      const { quiet } = styleOf(this.#around, 'err')
      this.#around.complain(`${quiet(step.padEnd(10))}  ${inert(text)}\n`)
    }
  }
}
