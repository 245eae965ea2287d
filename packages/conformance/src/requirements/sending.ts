// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

export const sending: readonly Requirement[] = [
  {
    id: 'send:at-most-three',
    says: 'One call tries at most three credentials, whatever the resource answers.',
    source: 'design §6, ruling 6',
    sabotages: [
      {
        file: 'packages/core/src/reaction.ts',
        find: 'const MOST_SENDS = 3',
        replace: 'const MOST_SENDS = 9',
        why: 'nine credentials are tried',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: "    if (sameReference || carried.entry.canonical === question.canonical)\n      throw refuse('STILL_INSUFFICIENT')\n",
        replace: '',
        why: 'the same challenge is answered again',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: 'const sameReference = reference !== undefined && reference === carried.reference',
        replace: 'const sameReference = false',
        why: 'the same reference is answered again',
      },
    ],
  },
  {
    id: 'send:body-replayable',
    says: 'A body is sent again byte for byte, and one that cannot be is refused before the first byte leaves.',
    source: 'design §6, ruling 13',
    sabotages: [
      {
        file: 'packages/core/src/send.ts',
        find: '      ...(body === undefined ? {} : { body }),',
        replace:
          '      ...(body === undefined || token === undefined ? {} : { body: String(body) }),',
        why: 'bytes are sent as text',
      },
      {
        file: 'packages/core/src/body.ts',
        find: "  throw unreplayable('A stream can be sent once only.')",
        replace: '  return NONE',
        why: 'a stream is dropped',
      },
      {
        file: 'packages/core/src/body.ts',
        find: '    if (size > LARGEST_REQUEST_BODY) {',
        replace: '    if (size < 0) {',
        why: 'a Request of any size is held',
      },
    ],
  },
  {
    id: 'send:no-blind-resend',
    says: 'A network error after an unsafe request may have left is never followed by a second one.',
    source: 'design §6, ruling 13',
    sabotages: [
      {
        file: 'packages/core/src/send.ts',
        find: '    if (isSafe(method) || neverLeft(error) || !sendable(url, method, more.headers)) throw error\n',
        replace: '    if (isSafe(method) || neverLeft(error) || error) throw error\n',
        why: 'the error says nothing of what may have happened',
      },
      {
        file: 'packages/core/src/send.ts',
        find: '    if (isSafe(method) || neverLeft(error) || !sendable(url, method, more.headers)) throw error\n',
        replace:
          "    if (!isSafe(method) && !sending.init.cache) return sendOnce(task, { ...sending, init: { ...sending.init, cache: 'default' } }, url, method, more)\n    if (isSafe(method) || neverLeft(error)) throw error\n",
        why: 'it is sent once more',
      },
    ],
  },
  {
    id: 'send:redirects-never-carry-a-token-elsewhere',
    says: 'A redirect that leaves the resource is followed without token, key or body, and its answer is no challenge.',
    source: 'design §6, ruling 21',
    sabotages: [
      {
        file: 'packages/core/src/send.ts',
        find: 'const headers = home ? ownHeaders(sending, token, body === undefined) : harmless(sending)',
        replace: 'const headers = ownHeaders(sending, token, body === undefined)',
        why: 'token and key follow',
      },
      {
        file: 'packages/core/src/send.ts',
        find: '    if (!home) body = undefined\n',
        replace: '',
        why: 'the body follows',
      },
      {
        file: 'packages/core/src/send.ts',
        find: '    home &&=\n',
        replace: '    home =\n',
        why: 'the way round brings a token home',
      },
      {
        file: 'packages/core/src/guarded-fetch.ts',
        find: 'if (!home || (response.status !== 401 && response.status !== 403)) {',
        replace: 'if (response.status !== 401 && response.status !== 403) {',
        why: 'a challenge from elsewhere is read',
      },
    ],
  },
  {
    id: 'send:only-listed-resources',
    says: 'A URL outside the listed resources is refused before the first byte.',
    source: 'design §6, ruling 21',
    sabotages: [
      {
        file: 'packages/core/src/prepare.ts',
        find: '  const resource = task.ground.resources.match(url)\n',
        replace:
          '  const resource = task.ground.resources.match(url) ?? task.ground.resources.all[0]\n',
        why: 'every place is listed',
      },
      {
        file: 'packages/core/src/resource-list.ts',
        find: 'const inside = (each: string) => each.startsWith(prefix) || `${each}/` === prefix',
        replace: 'const inside = (each: string) => each.startsWith(prefix.slice(0, -1))',
        why: 'a prefix is one of letters, not of segments',
      },
      {
        file: 'packages/core/src/resource-list.ts',
        find: "hostname === 'localhost' || hostname === '[::1]' ||",
        replace: "hostname.startsWith('localhost') || hostname === '[::1]' ||",
        why: 'names that begin like localhost are loopback',
      },
      {
        file: 'packages/core/src/prepare.ts',
        find: "  if (!has(headers, 'authorization')) return\n",
        replace: '  if (headers !== null) return\n',
        why: "the caller's own token goes out",
      },
    ],
  },
  {
    id: 'send:never-to-the-authority',
    says: "A call never goes to the authority's own endpoints, listed or not.",
    source: 'design §6, ruling 2',
    sabotages: [
      {
        file: 'packages/core/src/prepare.ts',
        find: 'if (task.ground.authority.owns?.(url)) {',
        replace: 'if (task.ground.authority.owns === undefined) {',
        why: 'the authority is a resource like any other',
      },
    ],
  },
  {
    id: 'send:warm-one-round-trip',
    says: 'A call whose grant is already held costs one round trip.',
    source: 'design §6, ruling 5',
    sabotages: [
      {
        file: 'packages/core/src/ledger.ts',
        find: '    this.#learned.set(place(method, url), entry)\n',
        replace: '',
        why: 'nothing is learned',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: '    task.ledger.unlearn(sending.method, sending.url.href)\n',
        replace: '    void 0\n',
        why: 'a refused entry stays learned',
      },
    ],
  },
  {
    id: 'send:idempotency-key',
    says: 'POST and PATCH carry a key that is equal on every resend and re-execution of one call and different for every other.',
    source: 'design §6, ruling 13',
    sabotages: [
      {
        file: 'packages/core/src/prepare.ts',
        find: "if (method !== 'POST' && method !== 'PATCH') return undefined",
        replace: 'return undefined',
        why: 'no key is sent',
      },
      {
        file: 'packages/core/src/idempotency.ts',
        find: '    subject,\n    call,\n    method,',
        replace: '    call,\n    method,',
        why: 'two users share a key',
      },
      {
        file: 'packages/core/src/idempotency.ts',
        find: '    bodyHash,\n    nth,\n',
        replace: '    bodyHash,\n',
        why: "a second equal send has the first one's key",
      },
      {
        file: 'packages/core/src/prepare.ts',
        find: 'subject: task.subject, call: call.key, method }',
        replace: 'subject: task.subject, call: crypto.randomUUID(), method }',
        why: 'each execution has another key',
      },
      {
        file: 'packages/core/src/body.ts',
        find: 'hashed(copy, () => hashForm(copy))',
        replace:
          'hashed(copy, async () => digestBytes(new Uint8Array(await new Response(copy).arrayBuffer())))',
        why: 'a form counts by its random boundary',
      },
    ],
  },
  {
    id: 'send:signal',
    says: "The caller's signal ends the call, wherever it waits, with the caller's own reason.",
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/core/src/send.ts',
        find: 'const signal = either(ending.signal, sending.signal) as AbortSignal',
        replace: 'const { signal } = ending',
        why: 'the caller cannot cut the send',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: 'return { ...call, pending, waitMs, signal }',
        replace: 'return { ...call, pending, waitMs }',
        why: 'the signal of one fetch does not reach its wait',
      },
    ],
  },
  {
    id: 'renew:by-the-table',
    says: 'A 401 is answered by the table of ruling 6: renewed when it ran out, never when somebody took it back.',
    source: 'design §6, ruling 6',
    sabotages: [
      {
        file: 'packages/core/src/reaction.ts',
        find: "    if (carried.kind === 'base') return await base(task, sending, true)\n",
        replace: '',
        why: 'a base token is never refreshed',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: 'if (response.status === 403 || journey.renewed || attempt >= MOST_SENDS) return undefined',
        replace: 'if (response.status === 403 || attempt >= MOST_SENDS) return undefined',
        why: 'it is refreshed as often as it is refused',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: "  const ended = decision.status === 'task-ended'\n",
        replace:
          "  task.ledger.forgetRequest(grant.ref.requestId)\n  if (decision.status === 'revoked')\n    return { kind: 'grant', entry: await obtain(task, call, question), fresh: true }\n  const ended = decision.status === 'task-ended'\n",
        why: 'what somebody took back is asked for anew',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: 'if (response.status === 403 || journey.renewed || attempt >= MOST_SENDS) return undefined',
        replace: 'if (journey.renewed || attempt >= MOST_SENDS) return undefined',
        why: 'a plain 403 is renewed',
      },
    ],
  },
  {
    id: 'base:resource-token',
    says: 'What a resource sees before a grant is a token for that resource, which the authority refuses at its own endpoints.',
    source: 'design §6, ruling 2',
    sabotages: [
      {
        file: 'packages/authority/src/authenticate.ts',
        find: "    if (audience === context.configuration.issuer) {\n      if (kind === 'agent' &&",
        replace: "    if (audience !== '') {\n      if (kind !== 'user' &&",
        why: 'a resource can act as the agent',
      },
      {
        file: 'packages/authority/src/operations/issue-agent-token.ts',
        find: 'audience: audience ?? context.configuration.issuer,',
        replace: 'audience: context.configuration.issuer,',
        why: 'the token is bound to nothing',
      },
      {
        file: 'packages/core/src/lumoauth/oauth-calls.ts',
        find: "const form = { grant_type: 'client_credentials', ...(resource && { resource }) }",
        replace: "const form = { grant_type: 'client_credentials' }",
        why: 'the client asks for its own token',
      },
      {
        file: 'packages/core/src/credential.ts',
        find: 'await task.flights.join(`base ${resource.url} ${fresh}`, leave, () =>',
        replace: 'await task.flights.join(`base ${resource.url} ${Math.random()}`, leave, () =>',
        why: 'each call fetches its own',
      },
    ],
  },
  {
    id: 'base:never-wider-than-subject',
    says: 'With a subject token, every token of the task, base included, comes from the exchange.',
    source: 'design §6, ruling 3',
    sabotages: [
      {
        file: 'packages/core/src/task-state.ts',
        find: 'return { signal, ...(subjectToken ? { subjectToken } : {}) }',
        replace: 'return { signal }',
        why: 'the user is left out of every call',
      },
      {
        file: 'packages/core/src/lumoauth/credentials.ts',
        find: '        delegation\n          ? exchange(',
        replace: '        delegation === null\n          ? exchange(',
        why: 'a delegated task starts with the rights of the agent',
      },
      {
        file: 'packages/authority/src/in-process.ts',
        find: '    if (subjectToken !== undefined)\n',
        replace: '    if (subjectToken === null)\n',
        why: 'in process, delegation falls back to the agent',
      },
    ],
  },
]
