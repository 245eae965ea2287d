import type { Requirement } from './requirement.ts'

export const ending: readonly Requirement[] = [
  {
    id: 'end:revokes-all',
    says: 'Every token of a task is dead when it ends: returned, thrown, aborted, with a lost answer, or by signal where asked for.',
    source: 'design §6, rulings B',
    sabotages: [
      {
        file: 'packages/core/src/task.ts',
        find: '  const report = await authority\n    .completeTask(record, grants, subjectToken ? { subjectToken } : {})',
        replace:
          '  const report = await Promise.resolve({ taskId: record.id, revoked: grants.length, unrevoked: [] })',
        why: 'the authority is never told',
      },
      {
        file: 'packages/core/src/engine.ts',
        find: '      } finally {\n        await task[Symbol.asyncDispose]()\n      }',
        replace: '      } finally {\n        void task\n      }',
        why: 'runTask leaves everything alive',
      },
      {
        file: 'packages/core/src/signals.ts',
        find: '      Promise.race([end(), late]).then(raise, raise)',
        replace: '      Promise.race([late.then(() => end), Promise.resolve()]).then(raise, raise)',
        why: 'a signal ends the process and nothing else',
      },
      {
        file: 'packages/core/src/engine.ts',
        find: '    await ground.authority.close?.()\n',
        replace: '',
        why: 'base tokens live on',
      },
      {
        file: 'packages/mastra/src/run-tasks.ts',
        find: 'if (kept && kept.run !== name) {',
        replace: "if (kept?.run === '') {",
        why: 'a durable agent that goes on elsewhere ends another task than its own',
      },
      {
        file: 'packages/langgraph/src/thread-runs.ts',
        find: "signal.addEventListener('abort', () => this.#endAborted(name, task), { once: true })",
        replace: 'void this.#endAborted',
        why: 'nobody ends what was aborted',
      },
    ],
  },
  {
    id: 'end:idempotent',
    says: 'Ending a task again is the same end.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/authority/src/memory/tasks.ts',
        find: "      if (task?.state !== 'active')\n        return",
        replace:
          "      if (task?.state === 'completed') throw new Error('it has ended')\n      if (task?.state !== 'active')\n        return",
        why: 'the second end fails',
      },
      {
        file: 'packages/core/src/task.ts',
        find: '      ended ??= end(hold.state)',
        replace: '      ended = end(hold.state)',
        why: 'each end tells the authority again',
      },
      {
        file: 'packages/core/src/lumoauth/complete-task.ts',
        find: 'if (ok || (conflict && ',
        replace: 'if (ok || (conflict && status < 0 && ',
        why: 'an end after the end is a failure',
      },
    ],
  },
  {
    id: 'end:late-grant-revoked',
    says: 'A grant that arrives after the end is revoked unseen.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/core/src/ask.ts',
        find: '    await task.giveBack(grant)\n',
        replace: '',
        why: 'a grant that comes late lives on',
      },
    ],
  },
  {
    id: 'end:handed-out-responses-live',
    says: 'Ending a task leaves responses alone that were already handed out.',
    source: 'design §6, ruling 15',
    sabotages: [
      {
        file: 'packages/core/src/send.ts',
        find: '    task.unanswered.delete(ending)\n',
        replace: '',
        why: 'the end cuts what was already answered',
      },
    ],
  },
  {
    id: 'end:reports-what-it-could-not-revoke',
    says: 'What could not be revoked is named in the report, with its last moment.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/core/src/task.ts',
        find: '      return { taskId: record.id, revoked: 0, unrevoked }',
        replace: '      return { taskId: record.id, revoked: 0, unrevoked: [] }',
        why: 'the report is silent',
      },
      {
        file: 'packages/core/src/lumoauth/complete-task.ts',
        find: '      ...grantsLeft.map(({ ref, expiresAt }) => ({ requestId: ref.requestId, expiresAt })),\n',
        replace: '',
        why: 'the report leaves grants out',
      },
    ],
  },
  {
    id: 'end:server-ttl',
    says: 'A task nobody ends is ended by the authority.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/authority/src/operations/redeem.ts',
        find: '{ seconds: request.ttlSeconds, notAfter: task.expiresAt },',
        replace: '{ seconds: request.ttlSeconds },',
        why: 'a token may outlive its task',
      },
    ],
  },
]
