// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

export const authorities: readonly Requirement[] = [
  {
    id: 'authority:tasks',
    says: 'A task has an end, and everything given out for it ends with it.',
    source: 'ports Authority, contract §3.1 and §3.5',
    sabotages: [
      {
        file: 'packages/authority/src/tokens.ts',
        find: "    (token.taskId === undefined || task?.state === 'active') &&\n",
        replace: '',
        why: 'tokens outlive their task',
      },
      {
        file: 'packages/core/src/lumoauth/complete-task.ts',
        find: "method: 'POST', path: `/jit/task/${id}/complete`",
        replace: "method: 'GET', path: `/jit/request/${id}/status`",
        why: 'the authority is never told',
      },
      {
        file: 'packages/authority/src/memory/requests.ts',
        find: "if (!taskIsActive(candidate.taskId, at)) return { kind: 'task-not-active' }",
        replace: '',
        why: 'an ended task goes on asking',
      },
    ],
  },
  {
    id: 'authority:own-only',
    says: 'An agent can do nothing with a task or request of another, or with one nobody knows.',
    source: 'contract §3.3, §3.4 and §15.5',
    sabotages: [
      {
        file: 'packages/authority/src/operations/redeem.ts',
        find: 'if (request.agentId !== agentId)',
        replace: "if (request.agentId === '')",
        why: 'whoever knows the request redeems it',
      },
      {
        file: 'packages/authority/src/operations/read-status.ts',
        find: 'if (request.agentId !== agentId)',
        replace: "if (request.agentId === '')",
        why: 'whoever knows the request reads it',
      },
      {
        file: 'packages/authority/src/operations/complete-task.ts',
        find: 'if (found.agentId !== agentId)',
        replace: "if (found.agentId === '')",
        why: 'another agent ends the task',
      },
      {
        file: 'packages/authority/src/operations/request-permission.ts',
        find: 'if (task.agentId !== agentId)',
        replace: "if (task.agentId === '')",
        why: 'another agent asks in the task',
      },
      {
        file: 'packages/authority/src/operations/revoke-request.ts',
        find: 'if (!person && found.agentId !== by)',
        replace: "if (!person && found.agentId === '')",
        why: 'another agent takes the request back',
      },
      {
        file: 'packages/authority/src/memory/tokens.ts',
        find: 'if (token?.holder !== holder || token.revokedAt',
        replace: "if (token === undefined || holder === '' || token.revokedAt",
        why: 'another agent revokes the token',
      },
    ],
  },
  {
    id: 'authority:decides',
    says: 'What the rules allow is granted at once; what they do not waits for a person, whose word is final.',
    source: 'contract §3.2, §3.8 and §4.3',
    sabotages: [
      {
        file: 'packages/authority/src/rules.ts',
        find: "return { risk, decision: granted ? 'grant' : 'ask' }",
        replace: "return { risk, decision: granted || risk ? 'grant' : 'ask' }",
        why: 'nobody is ever asked',
      },
      {
        file: 'packages/authority/src/rules.ts',
        find: "return { risk, decision: granted ? 'grant' : 'ask' }",
        replace: "return { risk, decision: granted && !risk ? 'grant' : 'ask' }",
        why: 'everything is asked',
      },
      {
        file: 'packages/authority/src/memory/ground.ts',
        find: "request.state === 'pending' && at < request.pendingUntil &&",
        replace: "request.state === 'pending' &&",
        why: 'a question can be decided for ever',
      },
      {
        file: 'packages/authority/src/operations/deny.ts',
        find: '    ...(agentMessage !== undefined && { agentMessage }),\n',
        replace: '',
        why: 'the words of the person are lost',
      },
      {
        file: 'packages/core/src/lumoauth/decision.ts',
        find: 'firstText(body.agent_message, body.deny_reason, body.review_notes)',
        replace: 'firstText(body.review_notes)',
        why: 'the words of the person are not read',
      },
    ],
  },
  {
    id: 'authority:long-poll',
    says: 'A wait ends with the decision, with the task, with its time, or with the caller, whichever comes first.',
    source: 'ports Authority, ruling 22',
    sabotages: [
      {
        file: 'packages/authority/src/operations/read-status.ts',
        find: 'await pause(context, watch.changed, left, input.signal)',
        replace: 'await pause(context, new Promise(() => {}), left, input.signal)',
        why: 'a decision wakes nobody',
      },
      {
        file: 'packages/authority/src/operations/read-status.ts',
        find: "if (seen.status !== 'pending' || left <= 0) return seen",
        replace: 'return seen',
        why: 'nobody waits',
      },
      {
        file: 'packages/authority/src/operations/read-status.ts',
        find: '      taskTopic(request.taskId),\n',
        replace: '',
        why: 'the end of the task wakes nobody',
      },
      {
        file: 'packages/authority/src/operations/read-status.ts',
        find: "  signal?.addEventListener('abort', stop, { once: true })\n",
        replace: '',
        why: 'a caller who left is waited for',
      },
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: "const path = `${requestPath(ref)}/status${wait ? `?wait=${seconds}` : ''}`",
        replace: 'const path = `${requestPath(ref)}/status`',
        why: 'the client asks for no wait',
      },
    ],
  },
  {
    id: 'authority:states-grant',
    says: 'What was granted is stated, may be less than was asked, and is never more.',
    source: 'ruling 8, design §8',
    sabotages: [
      {
        file: 'packages/authority/src/in-process.ts',
        find: "            granted: { kind: 'details', details: token.details },\n",
        replace: '',
        why: 'in process, nothing is stated',
      },
      {
        file: 'packages/core/src/lumoauth/grant.ts',
        find: '  if (stated === undefined || stated === null) return grant',
        replace: '  if (stated !== 0) return grant',
        why: 'over HTTP, what is stated is not read',
      },
      {
        file: 'packages/authority/src/operations/redeem.ts',
        find: 'const details = request.granted ?? request.details',
        replace: 'const details = request.details',
        why: 'narrowing changes nothing',
      },
      {
        file: 'packages/authority/src/operations/approve.ts',
        find: "if (comparison === 'equal' || comparison === 'narrower') return details",
        replace: 'if (comparison) return details',
        why: 'an approver may widen',
      },
      {
        file: 'packages/authority/src/operations/approve.ts',
        find: 'reuse: readReuse(input.reuse) ?? request.reuse,',
        replace: 'reuse: request.reuse,',
        why: 'the reuse a person chose is ignored',
      },
    ],
  },
  {
    id: 'authority:same-question',
    says: 'The same question of the same call is one request for as long as its answer counts.',
    source: 'ruling 10',
    sabotages: [
      {
        file: 'packages/authority/src/memory/requests.ts',
        find: '      if (known && isJoinable(known, at, isOpen(known, at))) {',
        replace: '      if (known && at < 0) {',
        why: 'each question is another request',
      },
      {
        file: 'packages/authority/src/joinable.ts',
        find: "return known.state === 'approved' && at < (known.redeemUntil ?? 0) && !spent",
        replace: 'return false',
        why: 'an approval is not found again',
      },
      {
        file: 'packages/authority/src/question-unit.ts',
        find: "    reuse === 'once' ? (key ?? null) : null,\n",
        replace: '',
        why: 'all calls share one request',
      },
      {
        file: 'packages/authority/src/question-unit.ts',
        find: '    resource ?? null,\n',
        replace: '',
        why: 'all resources share one request',
      },
      {
        file: 'packages/authority/src/question-unit.ts',
        find: '    canonical(details),\n',
        replace: '    JSON.stringify(details),\n',
        why: 'the order of words counts',
      },
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: "? { headers: { 'idempotency-key': request.idempotencyKey }, repeats: 1 }",
        replace: '? { repeats: 1 }',
        why: 'the client does not name the call',
      },
    ],
  },
  {
    id: 'authority:redeem-only-granted',
    says: 'A token is given for a request that is approved now, and for no other.',
    source: 'contract §3.4',
    sabotages: [
      {
        file: 'packages/authority/src/memory/redemptions.ts',
        find: "        request?.state === 'approved' &&\n        at < (request.redeemUntil ?? 0) &&",
        replace: '        request !== undefined &&',
        why: 'anything can be redeemed',
      },
    ],
  },
  {
    id: 'authority:revokes',
    says: 'A grant that is given back is dead at once, and no other with it.',
    source: 'ports Authority, RFC 7009',
    sabotages: [
      {
        file: 'packages/authority/src/memory/tokens.ts',
        find: '      tokens.set(jti, { ...token, revokedAt: at })\n      tellRevoked(jti',
        replace: '      tellRevoked(jti',
        why: 'giving back changes nothing',
      },
      {
        file: 'packages/core/src/lumoauth/oauth-calls.ts',
        find: "return (await postForm(settings, '/oauth/revoke', form, io)).ok",
        replace: 'return io !== null',
        why: 'the authority is not told',
      },
    ],
  },
  {
    id: 'authority:base-tokens',
    says: 'A base token is of the kind that was asked for, fetched once, and fresh when it must be.',
    source: 'ruling 2, rulings H',
    sabotages: [
      {
        file: 'packages/authority/src/in-process-base-tokens.ts',
        find: '      if (usable && !fresh) return kept.token',
        replace: '      if (usable) return kept.token',
        why: 'a fresh one is the old one',
      },
      {
        file: 'packages/authority/src/in-process-base-tokens.ts',
        find: '      if (usable && !fresh) return kept.token',
        replace: '',
        why: 'each call gets another',
      },
      {
        file: 'packages/core/src/lumoauth/credentials.ts',
        find: "    if (baseToken === 'none') return undefined",
        replace: '',
        why: 'none gives one',
      },
      {
        file: 'packages/core/src/lumoauth/token-slot.ts',
        find: '      if (!want.fresh) {',
        replace: '      if (live) {',
        why: 'over HTTP, a fresh one is the old one',
      },
    ],
  },
  {
    id: 'authority:bound',
    says: 'A granted token is good at the resource it was asked for, and not at the authority.',
    source: 'ruling 4',
    sabotages: [
      {
        file: 'packages/authority/src/operations/redeem.ts',
        find: 'audience: request.resource ?? agentId,',
        replace: 'audience: agentId,',
        why: 'a grant is bound to nobody',
      },
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: '        ...(capabilities.bindsAudience && { resource: audience }),\n',
        replace: '',
        why: 'the client does not say for which resource',
      },
    ],
  },
  {
    id: 'authority:capabilities',
    says: 'What an authority says it can do, it does; what it does not say, it refuses.',
    source: 'ruling 7, ports Authority',
    sabotages: [
      {
        file: 'packages/authority/src/in-process.ts',
        find: '      manyDetails: true,',
        replace: '      manyDetails: false,',
        why: 'it claims less than it does',
      },
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: "const details = permission.kind === 'details' ? permission.details : []",
        replace:
          "const details = permission.kind === 'details' ? permission.details : ([{ type: 'scope' }] as const)",
        why: 'a scope is asked for as if it were a detail',
      },
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: '    owns: (url) => ownsUrl(settings.host, settings.org, url),',
        replace: '    owns: () => false,',
        why: 'it does not know its own endpoints',
      },
    ],
  },
  {
    id: 'authority:unreachable',
    says: 'No answer is told apart from a no.',
    source: 'ports AuthorityError',
    sabotages: [
      {
        file: 'packages/core/src/lumoauth/http.ts',
        find: "      'unreachable',\n",
        replace: "      'rejected',\n",
        why: 'no answer reads as a no',
      },
    ],
  },
  {
    id: 'authority:rejected',
    says: 'A no that is about the caller says what to change.',
    source: 'ports AuthorityError',
    sabotages: [
      {
        file: 'packages/core/src/lumoauth/refused.ts',
        find: '    ...(fix && { fix }),\n',
        replace: '',
        why: 'it says nothing to change',
      },
      {
        file: 'packages/authority/src/directory.ts',
        find: '      if (!(await verifier.verify(known.credentials, secret, { hashed })))',
        replace:
          "      if (!(await verifier.verify(known.credentials, secret, { hashed })) && id === '')",
        why: 'a wrong secret is let in',
      },
    ],
  },
  {
    id: 'authority:abort',
    says: 'An aborted call ends with the reason of its signal, and has no effect.',
    source: 'ports Authority',
    sabotages: [
      {
        file: 'packages/authority/src/in-process.ts',
        find: '    signal?.throwIfAborted()\n    try {',
        replace: '    try {',
        why: 'in process, an aborted call has its effect',
      },
    ],
  },
  {
    id: 'authority:state-key',
    says: 'Every process of an agent derives the same 32 bytes, and no other agent does.',
    source: 'ruling 1, ports Authority',
    sabotages: [
      {
        file: 'packages/core/src/lumoauth/state-key.ts',
        find: 'lumojit/state-key/1',
        replace: 'lumojit/state-key/0',
        why: 'the two ways derive different keys',
      },
      {
        file: 'packages/authority/src/hashing.ts',
        find: "importKey('raw', encoder.encode(secret)",
        replace: "importKey('raw', encoder.encode('secret')",
        why: 'every agent has the same key',
      },
    ],
  },
  {
    id: 'authority:close',
    says: 'Closing ends the tokens that belong to no task.',
    source: 'ports Authority',
    sabotages: [
      {
        file: 'packages/authority/src/in-process-base-tokens.ts',
        find: '      for (const { token } of ending) await revokeToken(context, { client, token: token.reveal() })\n',
        replace: '',
        why: 'in process, base tokens live on',
      },
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: 'const dying = [...leftOver, ...(await credentials.endAll(io?.signal))]',
        replace: 'const dying = [...leftOver]',
        why: 'over HTTP, base tokens live on',
      },
    ],
  },
]
