// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

export const pausing: readonly Requirement[] = [
  {
    id: 'pause:native',
    says: "A call that waits for a human pauses in the framework's own way and leaves a handle in its state.",
    source: 'design §6, ruling 9',
    sabotages: [],
  },
  {
    id: 'pause:second-run-asks-nobody',
    says: 'A resumed call finds its own request again instead of opening another.',
    source: 'design §6, rulings 1 and 10',
    sabotages: [],
  },
  {
    id: 'pause:two-escalations-in-one-tool',
    says: 'A call that escalated twice resumes without asking for the first again.',
    source: 'design §6, ruling 10',
    sabotages: [],
  },
  {
    id: 'pause:goes-on-in-a-new-process',
    says: "A pause survives SIGKILL and goes on in a new process with nothing shared but the framework's state.",
    source: 'design §6, ruling 10',
    sabotages: [],
  },
  {
    id: 'pause:late-redeem',
    says: 'An approval found late is still redeemed, without asking again.',
    source: 'design §6, ruling 10',
    sabotages: [
      {
        file: 'packages/authority/src/operations/approve.ts',
        find: 'redeemUntil: Math.min(at + context.configuration.limits.redeemMs, task.expiresAt),',
        replace: 'redeemUntil: Math.min(at + request.ttlSeconds * 1000, task.expiresAt),',
        why: 'the window is as short as the token',
      },
      {
        file: 'packages/authority/src/tokens.ts',
        find: 'const end = context.clock.now() + lifetime.seconds * 1000',
        replace: 'const end = context.clock.now() + lifetime.seconds * 500',
        why: 'the token lives half its time',
      },
    ],
  },
  {
    id: 'redeem:again-after-lost-answer',
    says: 'A redemption whose answer was lost may be repeated, and the token before it dies.',
    source: 'design §6, ruling 10',
    sabotages: [
      {
        file: 'packages/authority/src/memory-store.ts',
        find: 'const armed = { ...disarm(request, at), redemptions, liveToken }',
        replace:
          'const armed = { ...request, redemptions, liveToken: request.liveToken ?? liveToken }',
        why: 'the second token is dead, the first lives on',
      },
      {
        file: 'packages/authority/src/memory-store.ts',
        find: "        request?.state === 'approved' &&\n        at < (request.redeemUntil ?? 0) &&",
        replace:
          "        request?.state === 'approved' &&\n        request.redemptions === 0 &&\n        at < (request.redeemUntil ?? 0) &&",
        why: 'a redemption cannot be repeated',
      },
    ],
  },
  {
    id: 'pause:task-stays-open',
    says: 'A pause does not end the task it belongs to.',
    source: 'design §6, ruling 15',
    sabotages: [],
  },
  {
    id: 'pause:siblings-once',
    says: 'Calls beside the paused one are done once, not again on resume.',
    source: 'design §6, ruling 9',
    sabotages: [],
  },
  {
    id: 'pause:resume-is-only-a-wake-up',
    says: 'Whatever a resume says, the authority decides.',
    source: 'design §6, ruling 1',
    sabotages: [],
  },
  {
    id: 'handle:sealed',
    says: 'A handle that was changed, has ended or names another task or call is ignored with an event.',
    source: 'design §6, ruling 1',
    sabotages: [],
  },
  {
    id: 'handle:other-users-valid-handle-grants-nothing',
    says: "Another user's valid handle grants nothing.",
    source: 'design §6, ruling 1',
    sabotages: [],
  },
  {
    id: 'handle:changed-arguments',
    says: 'A handle does not serve the same call with other arguments.',
    source: 'design §6, ruling 1',
    sabotages: [],
  },
  {
    id: 'pause:latch',
    says: 'After a suspension every further fetch of that call is refused, even when the tool swallowed the first.',
    source: 'design §6, ruling 9',
    sabotages: [],
  },
  {
    id: 'pause:block-mode',
    says: 'With `block` the call waits where it is until the request is decided or has expired.',
    source: 'design §6, ruling 9',
    sabotages: [],
  },
  {
    id: 'pause:auto',
    says: '`auto` suspends only where a place that outlives the process was detected.',
    source: 'design §6, rulings D3',
    sabotages: [],
  },
  {
    id: 'pause:abandoned-is-cancelled',
    says: 'A paused call that will never be resumed takes its open requests back.',
    source: 'design §6, ruling 15',
    sabotages: [
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: 'const path = `/jit/revoke/${idSegment(ref)}`',
        replace: 'const path = `/jit/request/${idSegment(ref)}/token`',
        why: 'the client takes nothing back',
      },
      {
        file: 'packages/authority/src/memory-store.ts',
        find: '        const end = { ...disarm(each, at), decidedAt: at, decidedBy: by, sticks }',
        replace:
          '        const end = { ...disarm(each, at), decidedAt: at, decidedBy: by, sticks: true }',
        why: 'what the agent took back it can never ask again',
      },
    ],
  },
  {
    id: 'claim:one-winner',
    says: 'Of several who would do the same call at once, in one process or two, exactly one does.',
    source: 'design §6, ruling 14',
    sabotages: [
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: ' where record.expires <= ?`',
        replace: ' where ? is not null`',
        why: 'a claim that is held is taken over',
      },
    ],
  },
]
