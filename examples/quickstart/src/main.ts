import { createJit, lumoAuth } from '@lumojit/core'
import { work } from './agent.ts'
import { atTerminal, decide, scripted } from './approver.ts'
import { type Api, type Authority, type Log, Neighbour, type Verdict } from './process-messages.ts'
import { Timeline } from './timeline.ts'

/**
 * The whole of it on one machine: an authority and an API, each a process of its own; the agent
 * (this process); a person who decides; and an auditor, who proves at the end that no token works.
 * Options: --json; --nobody (no one decides: the payment waits until you press Ctrl-C).
 */
const json = process.argv.includes('--json')
const nobody = process.argv.includes('--nobody')
const atKeyboard = !json && process.stdin.isTTY === true && process.stdout.isTTY === true
const timeline = new Timeline(json)
const neighbours = ['./authority-process.ts', './acme-api.ts', './auditor.ts'].map(
  (file) => new Neighbour(file),
)
const [authorityProcess, acmeProcess, auditor] = neighbours as [Neighbour, Neighbour, Neighbour]

const authority = await authorityProcess.ask<Authority>()
const acme = await acmeProcess.ask<Api>({ issuer: authority.issuer })
timeline.say('demo', `authority at ${authority.url}, Acme API at ${acme.url}`)
if (nobody) timeline.say('demo', 'nobody decides: press Ctrl-C when you have seen it wait')
else if (!atKeyboard) timeline.say('demo', "no terminal: the demo's script decides in Dana's name")

let roundTrips = 0
const counted: typeof fetch = (input, init) => {
  roundTrips += 1
  return fetch(input, init)
}
const deciding = new Set<Promise<void>>()
const jit = createJit({
  authority: lumoAuth({
    url: authority.url,
    org: authority.org,
    clientId: authority.agent.id,
    clientSecret: authority.agent.secret,
    fetch: counted,
  }),
  resources: [{ url: acme.url, audience: acme.name }],
  fetch: counted,
  onEvent: (event) => {
    timeline.happened(event)
    if (event.type === 'request-pending' && !nobody) deciding.add(letDecide(event.requestId))
  },
})

/** In life this is a page, a message or a console; here it is whoever started the demo. */
async function letDecide(requestId: string): Promise<void> {
  const decided = await decide(authority, requestId, atKeyboard ? atTerminal : scripted).catch(
    (error: unknown) => {
      // Who was asked has left instead of answering.
      if (!interruption) throw error
    },
  )
  if (!decided) return
  const { who, what, approved } = decided
  timeline.say(
    'person',
    `${who}: ${what}`,
    approved ? 'approved' : 'denied',
    approved ? 'green' : 'red',
  )
}

/** Everything the authority ever issued, presented wherever it could be of use. */
async function audit(message: 'log' | 'sign-out'): Promise<{ verdict: Verdict; log: Log }> {
  const log = await authorityProcess.ask<Log>(message)
  const { issuer, agent, api } = authority
  const verdict = await auditor.ask<Verdict>({
    acme: acme.url,
    issuer,
    agent,
    api,
    tokens: log.tokens,
  })
  return { verdict, log }
}

/** Ctrl-C: give everything back first. (`createJit({ handleSignals: true })` does this for an application.) */
async function interrupted(): Promise<never> {
  timeline.say('agent', 'is interrupted and gives everything back')
  await jit[Symbol.asyncDispose]()
  const { verdict } = await audit('sign-out')
  timeline.say(
    'auditor',
    `presents ${verdict.of} tokens`,
    `${verdict.alive} alive`,
    verdict.alive ? 'red' : 'green',
  )
  process.exit(130)
}
let interruption: Promise<never> | undefined
process.once('SIGINT', () => {
  interruption = interrupted()
})

let during: Verdict = { alive: 0, of: 0 }
try {
  await work(
    jit,
    acme.url,
    {
      step: (title) => timeline.step(title),
      heading: (title) => timeline.heading(title),
      done: (said) => timeline.say('agent', said, 'done', 'green'),
      refused: (code, said) => timeline.say('agent', `goes on without it: “${said}”`, code, 'red'),
    },
    async () => {
      during = (await audit('log')).verdict
    },
  )
  await Promise.all(deciding)
} catch (error) {
  // What was under way when everything was given back ends with that.
  if (!interruption) throw error
  await interruption
} finally {
  await jit[Symbol.asyncDispose]()
}
const { verdict, log } = await audit('sign-out')
timeline.say(
  'auditor',
  `presents all ${verdict.of} tokens at the API and the authority`,
  `${verdict.alive} alive`,
  verdict.alive ? 'red' : 'green',
)
timeline.total({
  calls: timeline.calls,
  requests: log.requests,
  roundTrips,
  tokensIssued: verdict.of,
  tokensAliveDuring: during.alive,
  tokensAliveAfter: verdict.alive,
})
for (const neighbour of neighbours) neighbour.leave()
// A demo in which nothing was ever alive would prove as little as one in which something still is.
process.exitCode = verdict.alive === 0 && during.alive > 0 ? 0 : 1
