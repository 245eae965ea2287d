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
    sabotages: [],
  },
  {
    id: 'redeem:again-after-lost-answer',
    says: 'A redemption whose answer was lost may be repeated, and the token before it dies.',
    source: 'design §6, ruling 10',
    sabotages: [],
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
    sabotages: [],
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
