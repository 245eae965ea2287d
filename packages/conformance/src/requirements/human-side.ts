import type { Requirement } from './requirement.ts'

/** What people see and do at the authority, whatever shows it to them. */
export const humanSide: readonly Requirement[] = [
  {
    id: 'human:reading',
    says: 'A person is shown what waits, what lives and what was done, riskiest or newest first, and nothing that no longer counts.',
    source: 'the console issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/operations/read-request.ts',
        find: 'grants: await grantsOf(context, task.id, agent),',
        replace: 'grants: [],',
        why: 'nobody sees what the task holds already',
      },
      {
        file: 'packages/authority/src/rules.ts',
        find: 'LEVELS.length - 1 - LEVELS.indexOf(risk)',
        replace: 'LEVELS.indexOf(risk)',
        why: 'the harmless come first',
      },
    ],
  },
  {
    id: 'human:timeline',
    says: 'A task tells who asked, decided, fetched, revoked and ended what, in order, in words that no agent wrote.',
    source: 'the console issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/timeline.ts',
        find: "return by.startsWith('agent:')",
        replace: "return by.startsWith('user:')",
        why: 'what a person revoked looks taken back by the agent',
      },
      {
        file: 'packages/authority/src/operations/end-task.ts',
        find: "    because: 'ended_by_user',\n",
        replace: '',
        why: 'what a person ended looks suspended by the rules',
      },
    ],
  },
  {
    id: 'human:end-task',
    says: 'A person ends a task at once, with everything that was given out for it.',
    source: 'the console issue, item 1; contract §7',
    sabotages: [
      {
        file: 'packages/authority/src/operations/end-task.ts',
        find: '  if (won && task) tellSuspended(context, { task, killed })\n',
        replace: '  if (won && task && killed < 0) tellSuspended(context, { task, killed })\n',
        why: 'who waits is not woken',
      },
    ],
  },
  {
    id: 'human:rights',
    says: 'Each right opens what it is for; an agent has none, and who gains by a permission does not give it.',
    source: 'the console issue, item 2; contract §15.12',
    sabotages: [
      {
        file: 'packages/authority/src/rights.ts',
        find: 'if (user && rights.some((right) => user.rights.includes(right))) return user',
        replace: 'if (user) return user',
        why: 'any user sees and does everything',
      },
      {
        file: 'packages/authority/src/operations/try-rules.ts',
        find: "requireRight(context, input.by, ['jit.admin'])",
        replace: "requireRight(context, input.by, ['jit.admin', 'jit.approve'])",
        why: 'who decides also tries rules',
      },
      {
        file: 'packages/authority/src/operations/audit.ts',
        find: '  if (by) requireRight(context, by, AUDITORS)\n',
        replace: '  if (by && !context) requireRight(context, by, AUDITORS)\n',
        why: 'anybody reads the audit',
      },
      {
        file: 'packages/authority/src/self-approval.ts',
        find: 'if (isSelf(user, task) && !context.configuration.selfApproval)',
        replace: 'if (task.subject === user.id && !context.configuration.selfApproval)',
        why: 'a user approves what is done in their name',
      },
    ],
  },
  {
    id: 'human:dry-run',
    says: 'Rules can be tried without asking anybody or keeping anything.',
    source: 'the console issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/operations/try-rules.ts',
        find: 'decision: verdict.decision }',
        replace: "decision: verdict.decision === 'ask' ? 'grant' : verdict.decision }",
        why: 'the dry run says another thing than the rules',
      },
    ],
  },
  {
    id: 'human:news',
    says: 'Whoever shows it hears of every change while it listens, and is told to look when it may have missed one.',
    source: 'the console issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/operations/approve.ts',
        find: "  context.changes.tell({ kind: 'decided', requestId: request.id, taskId: task.id })\n",
        replace: '',
        why: 'a decision is not seen by others',
      },
      {
        file: 'packages/authority/src/operations/watch-human-side.ts',
        find: "news.length === 0 ? [{ kind: 'look' }] : news",
        replace: 'news',
        why: 'silence says nothing',
      },
    ],
  },
  {
    id: 'human:sign-in',
    says: 'Who signs in proves it, at one cost whatever is wrong, so often a minute; secrets are stored hashed, and all of it is in the audit.',
    source: 'the console issue, item 2',
    sabotages: [
      {
        file: 'packages/authority/src/passwords.ts',
        find: 'const right = await verifySecret(hash ?? (await decoy), password)',
        replace: 'const right = hash !== undefined && (await verifySecret(hash, password))',
        why: 'time tells which users there are',
      },
      {
        file: 'packages/authority/src/passwords.ts',
        find: "  context.rateLimits.count('signIn', name.toLowerCase())\n",
        replace: '',
        why: 'one password can be guessed as fast as all',
      },
      {
        file: 'packages/authority/src/sessions.ts',
        find: "  createHash('sha256').update(secret).digest('base64url')",
        replace: "  createHash('sha256').update('').digest('base64url').slice(0, 0) + secret",
        why: 'whoever reads the store is signed in',
      },
      {
        file: 'packages/authority/src/operations/issue-user-token.ts',
        find: "auditNotes.userTokenIssued(record, now, input.method ?? 'vouched')",
        replace: "auditNotes.userTokenIssued(record, now, 'vouched')",
        why: 'the audit does not tell how a person signed in',
      },
    ],
  },
  {
    id: 'human:session',
    says: 'A session ends when nobody is there, at its end, and with a new password; its secret changes on the way.',
    source: 'the console issue, item 2',
    sabotages: [
      {
        file: 'packages/authority/src/operations/read-session.ts',
        find: 'if (input.background) return',
        replace: 'if (input.background && !session) return',
        why: 'a feed keeps a session alive for ever',
      },
      {
        file: 'packages/authority/src/sessions.ts',
        find: 'Math.min(now + context.configuration.limits.sessionIdleMs, endsAt)',
        replace: 'endsAt',
        why: 'nobody has to be there',
      },
      {
        file: 'packages/authority/src/operations/set-password.ts',
        find: '  if (own && (await passwordHashOf(context, user)) !== undefined)\n',
        replace: '  if (own && by === undefined)\n',
        why: 'whoever finds an open session takes it over',
      },
    ],
  },
  {
    id: 'human:agents',
    says: 'Agents are made, rotated with an overlap, suspended at once and resumed while the authority runs, by who may.',
    source: 'the console issue, item 1',
    sabotages: [
      {
        file: 'packages/authority/src/directory.ts',
        find: 'if (now >= (stored.previousUntil ?? 0)) return [current]',
        replace: 'if (now < 0) return [current]',
        why: 'an old secret works for ever',
      },
      {
        file: 'packages/authority/src/directory.ts',
        find: 'previousHash === undefined ? own : [{ secretHash: previousHash }]',
        replace: '[]',
        why: 'agents are locked out while they change over',
      },
      {
        file: 'packages/authority/src/operations/suspend-agent.ts',
        find: 'context.changes.notify(feedTopic, agentTopic(known.id))',
        replace: 'context.changes.notify()',
        why: 'guards and waits hear of it late',
      },
      {
        file: 'packages/authority/src/caller.ts',
        find: '  if (agent.suspended)\n',
        replace: '  if (agent.suspended && by.grantOf !== undefined)\n',
        why: 'a suspended agent goes on in this process',
      },
      {
        file: 'packages/authority/src/operations/create-agent.ts',
        find: 'secretHash: await hashSecret(secret),',
        replace: 'secretHash: (await hashSecret(secret)) && secret,',
        why: 'the store has the secret itself',
      },
    ],
  },
  {
    id: 'human:webhooks',
    says: 'Systems of people are told, signed, tried again, with what was given up to be seen, and with a link that decides nothing.',
    source: 'the console issue, item 3',
    sabotages: [
      {
        file: 'packages/authority/src/webhooks.ts',
        find: '    approval_uri: context.configuration.approvalUri?.(ref),\n',
        replace: '',
        why: 'nobody learns where to decide',
      },
      {
        file: 'packages/authority/src/webhooks.ts',
        find: 'signCallback(hook.secret, {',
        replace: "signCallback('whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB', {",
        why: 'it is signed with another secret',
      },
      {
        file: 'packages/authority/src/post-callback.ts',
        find: '(anywhere && isPrivateAddress(address))',
        replace: 'anywhere',
        why: 'a webhook leads to the machine itself',
      },
      {
        file: 'packages/authority/src/webhooks.ts',
        find: 'const again = pause === undefined ? {} : {',
        replace: 'const again = pause !== undefined ? {} : {',
        why: 'what failed once is never tried again',
      },
    ],
  },
  {
    id: 'human:dead-letters',
    says: 'What no system of people took is shown to who looks after them, with its last answer, and tried again when they say so.',
    source: 'the console issue, item 3',
    sabotages: [
      {
        file: 'packages/authority/src/http/present-human.ts',
        find: '    last_status: delivery.lastStatus,\n',
        replace: '',
        why: 'nobody learns why it was not taken',
      },
      {
        file: 'packages/console/src/rooms/webhooks.ts',
        find: '      await operations.retryDelivery({ by, deliveryId: id })\n',
        replace: '',
        why: 'the button does nothing',
      },
      {
        file: 'packages/authority/src/operations/retry-delivery.ts',
        find: "requireRight(context, input.by, ['jit.admin'])",
        replace: "requireRight(context, input.by, ['jit.admin', 'jit.approve'])",
        why: 'who only decides sends what others gave up',
      },
    ],
  },
  {
    id: 'human:inbox-of-thousands',
    says: 'A page of thousands that wait costs what is shown of it: the store orders and cuts, by an index.',
    source: 'the console issue, must show',
    sabotages: [
      {
        file: 'packages/authority/src/sql/migrations/human-side.ts',
        find: "    'risk_rank',\n",
        replace: '',
        why: 'every page sorts all that waits',
      },
    ],
  },
  {
    id: 'human:http',
    says: 'All of it is there for programs of people, over HTTP, with a token of a user who has the right, and with no other.',
    source: 'the console issue, item 4',
    sabotages: [
      {
        file: 'packages/authority/src/http/human-routes.ts',
        find: "await endUserToken(context, { token: bearerOf(request) ?? '' })",
        replace: "await endUserToken(context, { token: '' })",
        why: 'who signed out is still signed in',
      },
      {
        file: 'packages/authority/src/http/jit-routes.ts',
        find: 'if (limit === undefined && after === undefined)',
        replace: 'if (limit !== after || limit === undefined)',
        why: 'a page of what waits is all of it',
      },
    ],
  },
  {
    id: 'human:mount',
    says: 'What is served beside the authority hears of no request that came by another name or from another site.',
    source: 'ruling 20',
    sabotages: [
      {
        file: 'packages/authority/src/http.ts',
        find: '      admit(request)\n      for (const answerFirst of mounted) {',
        replace: '      for (const answerFirst of mounted) {',
        why: 'whoever rebinds a name reaches the console',
      },
    ],
  },
]
