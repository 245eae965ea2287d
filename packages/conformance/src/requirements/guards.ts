import type { Requirement } from './requirement.ts'

export const guards: readonly Requirement[] = [
  {
    id: 'guard:verifies',
    says: 'Nothing passes but a token the authority signed, for this audience, for now.',
    source: 'design §9, contract §5, RFC 9068 §4',
    sabotages: [
      {
        file: 'packages/guard/src/verify-token.ts',
        find: "      typ: 'at+jwt',\n",
        replace: '',
        why: 'any JWT of the authority will do',
      },
      {
        file: 'packages/guard/src/verify-token.ts',
        find: '      issuer: settings.issuer,\n',
        replace: '',
        why: 'any issuer will do',
      },
      {
        file: 'packages/guard/src/verify-token.ts',
        find: "      ...(settings.audience !== 'unchecked' && { audience: [...settings.audience] }),\n",
        replace: '',
        why: 'any audience will do',
      },
      {
        file: 'packages/guard/src/verify-token.ts',
        find: '      currentDate: new Date(now),',
        replace: '      currentDate: new Date(0),',
        why: 'time does not count',
      },
      {
        file: 'packages/guard/src/verify-token.ts',
        find: 'if (payload.cnf !== undefined) {',
        replace: 'if (payload.cnf === 0) {',
        why: 'a stolen bound token passes',
      },
      {
        file: 'packages/guard/src/verify-token.ts',
        find: 'if (iat * 1000 > now + settings.clockSkewSeconds * 1000) {',
        replace: 'if (iat < 0) {',
        why: 'a token from the future passes',
      },
      {
        file: 'packages/guard/src/verified.ts',
        find: '  if (jit === true && taskId === undefined) return undefined\n',
        replace: '',
        why: 'a granted token without a task passes',
      },
      {
        file: 'packages/guard/src/authority-keys.ts',
        find: '      const newer = await document.newerThan(keys)',
        replace: '      const newer = await Promise.resolve(undefined as typeof keys | undefined)',
        why: 'a new key is never found',
      },
      {
        file: 'packages/guard/src/authority-keys.ts',
        find: 'const FRESH_MS = 60_000',
        replace: 'const FRESH_MS = 600_000',
        why: 'a stolen key works for ten minutes',
      },
    ],
  },
  {
    id: 'guard:one-token',
    says: 'A call carries one token in one place, or none.',
    source: 'design §9, RFC 6750 §2',
    sabotages: [
      {
        file: 'packages/guard/src/bearer-token.ts',
        find: "  const [, scheme = '', credentials = ''] = /^([^\\s,]*)[ \\t]*(.*)$/s.exec(value) ?? []\n  // Two headers arrive joined by a comma, which no Bearer token can hold.\n  if (/,\\s*bearer(?:\\s|$)/i.test(value)) {",
        replace:
          "  const [, scheme = '', credentials = ''] = /^([^\\s,]*)[ \\t]*([^\\s,]*)/s.exec(value) ?? []\n  if (value === '') {",
        why: 'of two tokens the first is taken',
      },
      {
        file: 'packages/guard/src/bearer-token.ts',
        find: "if (scheme.toLowerCase() !== 'bearer') return { kind: 'other-scheme' }",
        replace: '',
        why: 'any scheme will do',
      },
      {
        file: 'packages/guard/src/bearer-token.ts',
        find: "if (scheme.toLowerCase() !== 'bearer')",
        replace: "if (scheme !== 'Bearer')",
        why: 'the scheme has a case',
      },
      {
        file: 'packages/guard/src/bearer-token.ts',
        find: 'const MAX_TOKEN_BYTES = 16_384',
        replace: 'const MAX_TOKEN_BYTES = 1_638_400',
        why: 'a token of any size is read',
      },
    ],
  },
  {
    id: 'guard:compares',
    says: 'A token passes when one of its details covers each that is required; nothing else in it counts.',
    source: 'design §9, ruling 8, rulings G',
    sabotages: [
      {
        file: 'packages/guard/src/requirement.ts',
        find: 'return first !== undefined && covers([first, ...rest], permission.details)',
        replace: 'return first !== undefined && rest.length >= 0',
        why: 'any details will do',
      },
      {
        file: 'packages/guard/src/requirement.ts',
        find: 'return first !== undefined && covers([first, ...rest], permission.details)',
        replace: "return covers([first ?? { type: '' }, ...rest], [permission.details[0]])",
        why: 'only the first of several is compared',
      },
      {
        file: 'packages/protocol/src/detail-shape.ts',
        find: '    granted.identifier === required.identifier &&\n    granted.rest',
        replace:
          '    (granted.identifier ?? required.identifier) === required.identifier &&\n    granted.rest',
        why: 'an absent identifier is a wildcard',
      },
      {
        file: 'packages/protocol/src/detail-shape.ts',
        find: '    granted.rest === required.rest &&\n',
        replace: '',
        why: 'members nobody understands do not count',
      },
      {
        file: 'packages/guard/src/verified.ts',
        find: 'const details = detailsOf(claims.authorization_details)',
        replace:
          'const details = detailsOf(claims.authorization_details ?? (claims.act as JWTPayload | undefined)?.authorization_details)',
        why: 'what an actor may do counts',
      },
    ],
  },
  {
    id: 'guard:challenges',
    says: 'A refusal for want of details says exactly which, in a form that reads back as the same.',
    source: 'design §9, contract §10.4',
    sabotages: [
      {
        file: 'packages/guard/src/refusal.ts',
        find: "dialect: permission.kind === 'scope' ? 'scope' : settings.dialect,",
        replace: "dialect: permission.kind === 'scope' ? 'scope' : 'lumoauth',",
        why: 'every guard speaks one dialect',
      },
      {
        file: 'packages/protocol/src/dialects/writing.ts',
        find: 'return details.length === 1 ? details[0] : details',
        replace: 'return details[0]',
        why: 'only the first of several is said',
      },
    ],
  },
  {
    id: 'guard:anonymous',
    says: 'A caller without a token is told what is missing only where that was chosen.',
    source: 'ruling 2',
    sabotages: [
      {
        file: 'packages/guard/src/guard.ts',
        find: "const anonymous = bearer.kind === 'none' && settings.challengeAnonymous",
        replace: "const anonymous = bearer.kind === 'none'",
        why: 'everybody is told',
      },
      {
        file: 'packages/guard/src/guard.ts',
        find: "const anonymous = bearer.kind === 'none' && settings.challengeAnonymous",
        replace: "const anonymous = bearer.kind !== 'none' && settings.challengeAnonymous",
        why: 'nobody is told',
      },
    ],
  },
  {
    id: 'guard:revoked',
    says: 'What was revoked stops working within the promise of the feed, and nothing else does.',
    source: 'design §9',
    sabotages: [
      {
        file: 'packages/guard/src/guard.ts',
        find: 'if (await feed?.include(reading.jti, reading.verified.taskId)) {',
        replace: "if (reading.jti === '') {",
        why: 'what the feed names is not looked at',
      },
      {
        file: 'packages/guard/src/revocations.ts',
        find: "else if (event.event === 'task-ended') this.#add(this.#tasks, event.data, 'task')",
        replace: '',
        why: 'ended tasks are not heard of',
      },
      {
        file: 'packages/guard/src/revocations.ts',
        find: "if (event.event === 'revoked') this.#add(this.#tokens, event.data, 'token')\n    else if",
        replace: 'if',
        why: 'revoked tokens are not heard of',
      },
      {
        file: 'packages/authority/src/operations/complete-task.ts',
        find: 'context.changes.notify(taskTopic(found.id), feedTopic, pendingTopic)',
        replace: 'context.changes.notify(taskTopic(found.id), pendingTopic)',
        why: 'the feed is told of the end late',
      },
      {
        file: 'packages/authority/src/operations/revoke-token.ts',
        find: '    context.changes.notify(feedTopic)\n',
        replace: '',
        why: 'the feed is told of a revocation late',
      },
    ],
  },
  {
    id: 'guard:closed-by-default',
    says: 'When the authority cannot be asked, nobody passes.',
    source: 'design §9',
    sabotages: [
      {
        file: 'packages/guard/src/revocation-feed.ts',
        find: 'if (!this.#isCurrent()) throw this.#fault ?? unreachable(undefined)',
        replace: '',
        why: 'without a feed everybody passes',
      },
      {
        file: 'packages/guard/src/guard.ts',
        find: '      return unavailable(error.message)',
        replace:
          "      return { details: [{ type: 'file_access', actions: ['read', 'write'], identifier: 'q4.pdf' }], scope: [], agentId: '', expiresAt: 0 }",
        why: 'a fault opens the door',
      },
    ],
  },
  {
    id: 'guard:introspection',
    says: 'A guard that asks the authority believes a yes for a second, no other answer at all, and nothing about another API.',
    source: 'design §9, RFC 7662, contract D16',
    sabotages: [
      {
        file: 'packages/guard/src/introspection.ts',
        find: 'const BELIEVED_MS = 1_000',
        replace: 'const BELIEVED_MS = 60_000',
        why: 'what was revoked works for a minute',
      },
      {
        file: 'packages/guard/src/introspection.ts',
        find: 'const question = { askedAt: now, answer: this.#send(token) }',
        replace:
          'const question = { askedAt: now, answer: this.#send(token) }\n    void question.answer.then(() => (question.askedAt = this.#io.clock.now()), () => {})',
        why: 'the second begins when a slow answer comes',
      },
      {
        file: 'packages/guard/src/introspection.ts',
        find: 'void question.answer.then((answer) => answer.active || forget(), forget)',
        replace: 'question.answer.catch(() => {})',
        why: 'a no and a fault are remembered',
      },
      {
        file: 'packages/guard/src/introspection.ts',
        find: 'if (known !== undefined && now - known.askedAt < BELIEVED_MS) return known.answer',
        replace: 'if (known !== undefined && now < 0) return known.answer',
        why: 'every call asks',
      },
      {
        file: 'packages/guard/src/introspection.ts',
        find: 'if (!isIntrospected(answer)) throw unreadable(url)',
        replace: '',
        why: 'an answer that says nothing counts',
      },
      {
        file: 'packages/guard/src/introspection.ts',
        find: '      throw refusedOrUnreachable(url, cause)',
        replace:
          '      return { active: true, token_type: "Bearer", cause } as unknown as Introspected',
        why: 'an authority that is gone says yes',
      },
      {
        file: 'packages/guard/src/verify-introspected.ts',
        find: "if (local?.kind === 'refused') return local",
        replace:
          "if (local?.kind === 'refused') return verifyIntrospected('opaque', keys, settings, ask)",
        why: 'what is forged is asked about',
      },
      {
        file: 'packages/guard/src/verify-introspected.ts',
        find: "if (!answer.active) return refused('The token is not active.')",
        replace: '',
        why: 'a no is not heard',
      },
      {
        file: 'packages/guard/src/verify-introspected.ts',
        find: 'if (!mayBeSilent(aud) && !isFor(settings.audience, aud)) return UNFIT',
        replace: '',
        why: 'any audience will do',
      },
      {
        file: 'packages/guard/src/verify-introspected.ts',
        find: "if (!mayBeSilent(type) && String(type).toLowerCase() !== 'bearer') return UNFIT",
        replace: '',
        why: 'a refresh token passes',
      },
    ],
  },
]
