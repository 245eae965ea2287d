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
        file: 'packages/authority/src/memory/requests.ts',
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
        find: '          if (budget) await spend(tx, token.holder, at, budget)\n',
        replace: '',
        why: 'the budget is never asked',
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
        find: 'where (select coalesce(max(generation), 0) from signing_key) = ${generation - 1}',
        replace: 'where ${generation} > 0',
        why: 'a key of any generation is taken',
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
    id: 'authority-store:reading',
    says: 'Lists are in the order that people need, in parts that neither skip nor repeat, with what still counts.',
    source: 'the console issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/sql/reading.ts',
        find: "      .orderBy('risk_rank')\n",
        replace: '',
        why: 'the oldest comes first, however harmless',
      },
      {
        file: 'packages/authority/src/sql/reading.ts',
        find: ' and token.revoked_at is null)`',
        replace: ')`',
        why: 'what was given back is listed as alive',
      },
      {
        file: 'packages/authority/src/sql/tasks.ts',
        find: '    .set({ waiting: 0 })\n',
        replace: '    .set({ waiting: 1 })\n',
        why: 'requests of ended tasks wait for ever',
      },
      {
        file: 'packages/authority/src/page.ts',
        find: 'direction * compare(place, after) > 0',
        replace: 'direction * compare(place, after) >= 0',
        why: 'each page repeats the last of the one before',
      },
    ],
  },
  {
    id: 'authority-store:people',
    says: 'Of many who use one link or rotate one session one wins; what is over opens nothing.',
    source: 'the console issue, item 2',
    sabotages: [
      {
        file: 'packages/authority/src/sql/people.ts',
        find: "          .where('expires_at', '>', opening.openedAt)\n",
        replace: '',
        why: 'a link works for ever',
      },
      {
        file: 'packages/authority/src/sql/people.ts',
        find: "e('previous_until', '>', at)",
        replace: "e('previous_until', '>', 0)",
        why: 'the secret before works for ever',
      },
      {
        file: 'packages/authority/src/memory/people.ts',
        find: '      if (session?.hash !== from) return false\n',
        replace: '      if (!session) return false\n',
        why: 'two who rotate at once both win',
      },
    ],
  },
  {
    id: 'authority-store:agents',
    says: 'A suspended agent holds nothing from that moment, and is given nothing.',
    source: 'the console issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/sql/tokens.ts',
        find: 'people ? sql`1 = 1` : mayHold(token.holder)',
        replace: 'people ? sql`1 = 1` : sql`2 = 2`',
        why: 'tokens are added to a suspended agent',
      },
      {
        file: 'packages/authority/src/sql/redemptions.ts',
        find: '            .where(mayHold(token.holder))\n',
        replace: '',
        why: 'a suspended agent redeems',
      },
      {
        file: 'packages/authority/src/sql/agents.ts',
        find: '  for (const { jti, expires_at } of killed) await tellRevoked(tx, jti, expires_at)\n',
        replace: '',
        why: 'guards are not told',
      },
      {
        file: 'packages/authority/src/memory/agents.ts',
        find: '      const killed = killTokens(agent.id, change.at)\n',
        replace: '      const killed = 0\n',
        why: 'what it holds goes on working',
      },
    ],
  },
  {
    id: 'authority-store:deliveries',
    says: 'What a webhook wants to hear is owed to it by the very change, taken by one, and kept when given up.',
    source: 'the console issue, item 3',
    sabotages: [
      {
        file: 'packages/authority/src/sql/ground.ts',
        find: '      if (subscriptions.length > 0) await owe(tx, subscriptions, notesOf(tx))\n',
        replace: "      if (name === '') await owe(tx, subscriptions, notesOf(tx))\n",
        why: 'nothing is owed to anybody',
      },
      {
        file: 'packages/authority/src/sql/deliveries.ts',
        find: '.set({ due: retryAt ?? null,',
        replace: '.set({ due: retryAt ?? due,',
        why: 'what was given up is tried for ever',
      },
      {
        file: 'packages/authority/src/memory/deliveries.ts',
        find: 'if (!owed || due === undefined || owed.due !== due) return',
        replace: 'if (!owed || due === undefined) return',
        why: 'a late outcome undoes a newer one',
      },
    ],
  },
  {
    id: 'authority-store:retention',
    says: 'What ended long ago is forgotten only once an anchor pins it, and its end is written down.',
    source: 'the wire issue, item 2',
    sabotages: [
      {
        file: 'packages/authority/src/sql/sweep.ts',
        find: "        .whereRef('chain.anchored', '=', 'chain.sequence')\n",
        replace: '',
        why: 'chains go that nothing pins',
      },
      {
        file: 'packages/authority/src/memory/ground.ts',
        find: 'if (head && pinned !== undefined) note(auditNotes.taskSwept(head, at))',
        replace: '',
        why: 'a chain goes without a trace',
      },
      {
        file: 'packages/authority/src/caretaker.ts',
        find: '      .then(() => sweep(context))\n',
        replace: '',
        why: 'nothing is ever forgotten',
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
  {
    id: 'authority:survives-kill',
    says: 'Killed at any point of any change, it goes on with every decision, and nothing twice.',
    source: 'the wire issue, must show',
    sabotages: [
      {
        file: 'packages/authority/src/sql/ground.ts',
        find: '      if (failpoint) await failpoint(`${name}:before-commit`)\n',
        replace: '',
        why: 'points are passed and never hit',
      },
      {
        file: 'packages/authority/src/keyring.ts',
        find: 'let keys = await store.keys()',
        replace: 'let keys = kept ? await store.keys() : asGiven([await generateKey()])',
        why: 'the keys die with the process',
      },
    ],
  },
  {
    id: 'authority:keys-rotate',
    says: 'A new key is published before it signs, the old one verifies until its last token is over.',
    source: 'the wire issue, item 3',
    sabotages: [
      {
        file: 'packages/authority/src/operations/rotate-keys.ts',
        find: 'now + Math.max(input.announceMs ?? 60_000, 0)',
        replace: 'now',
        why: 'it signs before anybody knows it',
      },
      {
        file: 'packages/authority/src/operations/rotate-keys.ts',
        find: 'compromised ? now : signsFrom + longest + MARGIN_MS',
        replace: 'signsFrom',
        why: 'the old key is gone before its tokens',
      },
    ],
  },
  {
    id: 'authority:audit-verifies',
    says: 'A changed byte, a missing entry and entries that changed places are each told.',
    source: 'the wire issue, item 3; ruling E',
    sabotages: [
      {
        file: 'packages/authority/src/verify-audit.ts',
        find: "    if (link.computed !== link.hash) problems.push({ ...at, problem: 'changed' })\n",
        replace: '',
        why: 'it believes what is written',
      },
      {
        file: 'packages/authority/src/verify-audit.ts',
        find: 'if (known !== hash)',
        replace: 'if (hash === undefined)',
        why: 'anchors pin nothing',
      },
      {
        file: 'packages/authority/src/verify-audit.ts',
        find: '    if (pinned.get(chain) !== sequence)\n',
        replace: '    if (sequence < 0)\n',
        why: 'a chain is taken away and said to have been kept long enough',
      },
    ],
  },
  {
    id: 'authority:delegation',
    says: 'An agent acts for a user by a token that is never wider than either and dies with the user’s.',
    source: 'contract §8, ruling 3',
    sabotages: [
      {
        file: 'packages/authority/src/operations/exchange-token.ts',
        find: "  if (subject.token.kind === 'user' && user.rights.includes('jit.approve'))",
        replace: "  if (subject.token.kind === 'user' && user.rights.includes('nothing'))",
        why: 'an agent holds a token that approves',
      },
      {
        file: 'packages/authority/src/caller.ts',
        find: '  if (subject === task.subject) return\n',
        replace: '  if (subject !== undefined || task) return\n',
        why: 'the agent asks with its own rights in a task of a user',
      },
      {
        file: 'packages/authority/src/delegation.ts',
        find: 'if (depthOf(act) <= MAX_DEPTH) return act',
        replace: 'if (depthOf(act) > 0) return act',
        why: 'agents act one for another without end',
      },
      {
        file: 'packages/authority/src/judge.ts',
        find: "  const { email = '', rights = [], scope } = directory.user(id) ?? {}\n",
        replace: "  const { email = '', rights = [], scope } = directory.user(`${id}?`) ?? {}\n",
        why: 'rules cannot know what the user may',
      },
    ],
  },
  {
    id: 'authority:callbacks',
    says: 'A callback is signed, goes to registered origins and public addresses only, and is tried again.',
    source: 'ruling 20, contract §6.2',
    sabotages: [
      {
        file: 'packages/authority/src/post-callback.ts',
        find: '    isPublicAddress(address) ||\n',
        replace: "    address !== '' ||\n",
        why: 'a name leads anywhere',
      },
      {
        file: 'packages/authority/src/callbacks.ts',
        find: 'if (url && origins.includes(url.origin) &&',
        replace: 'if (url &&',
        why: 'the agent chooses whom this server calls',
      },
      {
        file: 'packages/authority/src/callbacks.ts',
        find: 'const again = done || pause === undefined ? {} : {',
        replace: 'const again = done || pause !== undefined ? {} : {',
        why: 'what failed once is never tried again',
      },
    ],
  },
  {
    id: 'authority:limits',
    says: 'Calls a minute and tokens a period are bounded, and the answer says when to come back.',
    source: 'contract §1, §3.4 and §12',
    sabotages: [
      {
        file: 'packages/authority/src/rate-limits.ts',
        find: '    if (window.used < limit) return window\n',
        replace: '    if (window.used >= 0) return window\n',
        why: 'nothing is bounded',
      },
      {
        file: 'packages/authority/src/operations/redeem.ts',
        find: 'const budget = (await context.directory.agent(agentId))?.budget',
        replace: 'const budget = undefined',
        why: 'no agent has a budget',
      },
    ],
  },
]
