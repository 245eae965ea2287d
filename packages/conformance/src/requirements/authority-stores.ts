// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

export const authorityStores: readonly Requirement[] = [
  {
    id: 'authority-store:transitions',
    says: 'A transition happens from the state it is meant for and in its time, or not at all.',
    source: 'the wire issue, item 1; contract §4.1 and §15.6',
    sabotages: [
      {
        file: 'packages/authority/src/sql/requests.ts',
        find: "      if (task.refusals !== refusalsSeen) return { kind: 'changed' } as const\n",
        replace: '',
        why: 'a revocation between look and leap is missed',
      },
      {
        file: 'packages/authority/src/sql/requests.ts',
        find: "where task.id = request.task_id and task.state = 'active' and",
        replace: 'where task.id = request.task_id and',
        why: 'questions of ended tasks are decided',
      },
      {
        file: 'packages/authority/src/memory-store.ts',
        find: "      if (task?.refusals !== refusalsSeen) return { kind: 'changed' }",
        replace: '      if (!task) throw new Error()',
        why: 'a revocation between look and leap is missed',
      },
    ],
  },
  {
    id: 'authority-store:suspends',
    says: 'Too many denials, or too high a score, suspend the task in the same step.',
    source: 'contract §7',
    sabotages: [
      {
        file: 'packages/authority/src/risk-score.ts',
        find: "  if (denials >= limits.denials) return 'denial_limit_exceeded'\n",
        replace: '',
        why: 'denials suspend nothing',
      },
      {
        file: 'packages/authority/src/risk-score.ts',
        find: "return riskScore >= limits.riskScore ? 'risk_threshold_exceeded' : undefined",
        replace: 'return undefined',
        why: 'the score suspends nothing',
      },
    ],
  },
  {
    id: 'authority-store:dead-at-once',
    says: 'What must die with a change is dead, and told, in the same step.',
    source: 'contract §15.7, ruling 10',
    sabotages: [
      {
        file: 'packages/authority/src/sql/redemptions.ts',
        find: '          await disarm(tx, id, at)\n',
        replace: '',
        why: 'the feed does not tell the token before',
      },
      {
        file: 'packages/authority/src/sql/tasks.ts',
        find: "  await tx.insertInto('event').values({ kind: 'task-ended', subject: id, until_at }).execute()\n",
        replace: '',
        why: 'the end of a task is told nobody',
      },
      {
        file: 'packages/authority/src/sql/tokens.ts',
        find: 'rooted: root === null || source?.revoked_at === null,',
        replace: 'rooted: true,',
        why: 'what was exchanged outlives what it was exchanged for',
      },
    ],
  },
  {
    id: 'authority-store:budget',
    says: "An agent's budget is held by the change that uses it.",
    source: 'contract §3.4',
    sabotages: [
      {
        file: 'packages/authority/src/sql/redemptions.ts',
        find: ".where('spending.used', '<', budget.tokens),",
        replace: ',',
        why: 'one more than the budget is never noticed',
      },
    ],
  },
  {
    id: 'authority-store:one-winner',
    says: 'Of many who change the same thing at once, through any connection, one wins.',
    source: 'the wire issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/sqlite.ts',
        find: "CompiledQuery.raw('begin immediate')",
        replace: "CompiledQuery.raw('begin')",
        why: 'two changes read before either writes',
      },
      {
        file: 'packages/authority/src/sql/keys.ts',
        find: '        on conflict (generation) do nothing\n',
        replace: '        on conflict (generation) do update set jwk = excluded.jwk\n',
        why: 'a later key takes the place of the first',
      },
    ],
  },
  {
    id: 'authority-store:audit',
    says: 'Every change of a task is one entry of its hash chain, written with it.',
    source: 'design §8, ruling B',
    sabotages: [
      {
        file: 'packages/authority/src/sql/audit.ts',
        find: "        .set((e) => ({ anchored: e.ref('sequence') }))",
        replace: '        .set({ anchored: 0 })',
        why: 'anchors repeat what is anchored',
      },
      {
        file: 'packages/authority/src/sql/redemptions.ts',
        find: '          await note(tx, auditNotes.tokenIssued(token, at))\n',
        replace: '',
        why: 'a token is issued without a trace',
      },
    ],
  },
  {
    id: 'authority-store:durable',
    says: 'What a store that outlives its process has said is there in the next one.',
    source: 'the wire issue, must show',
    sabotages: [
      {
        file: 'packages/authority/src/sql/migrations.ts',
        find: '      if (index < version) continue\n',
        replace: '',
        why: 'a second process cannot open the file',
      },
    ],
  },
]
