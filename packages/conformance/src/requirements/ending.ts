import type { Requirement } from './requirement.ts'

export const ending: readonly Requirement[] = [
  {
    id: 'end:revokes-all',
    says: 'Every token of a task is dead when it ends: returned, thrown, aborted, with a lost answer, or by signal where asked for.',
    source: 'design §6, rulings B',
    sabotages: [],
  },
  {
    id: 'end:idempotent',
    says: 'Ending a task again is the same end.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/authority/src/memory-store.ts',
        find: "      if (task?.state !== 'active')\n        return",
        replace:
          "      if (task?.state === 'completed') throw new Error('it has ended')\n      if (task?.state !== 'active')\n        return",
        why: 'the second end fails',
      },
    ],
  },
  {
    id: 'end:late-grant-revoked',
    says: 'A grant that arrives after the end is revoked unseen.',
    source: 'design §6',
    sabotages: [],
  },
  {
    id: 'end:handed-out-responses-live',
    says: 'Ending a task leaves responses alone that were already handed out.',
    source: 'design §6, ruling 15',
    sabotages: [],
  },
  {
    id: 'end:reports-what-it-could-not-revoke',
    says: 'What could not be revoked is named in the report, with its last moment.',
    source: 'design §6',
    sabotages: [],
  },
  {
    id: 'end:server-ttl',
    says: 'A task nobody ends is ended by the authority.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/authority/src/memory-store.ts',
        find: "return task?.state === 'active' && at < task.expiresAt",
        replace: "return task?.state === 'active' && at >= 0",
        why: 'a task has no end of its own',
      },
      {
        file: 'packages/authority/src/operations/redeem.ts',
        find: '{ seconds: request.ttlSeconds, notAfter: task.expiresAt },',
        replace: '{ seconds: request.ttlSeconds },',
        why: 'a token may outlive its task',
      },
    ],
  },
]
