import type { Requirement } from './requirement.ts'

export const gateways: readonly Requirement[] = [
  {
    id: 'gateway:both-eras',
    says: 'One handler speaks 2026-07-28, and 2025-11-25 and before with sessions.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/http-endpoint.ts',
        find: '    const response = await (legacy',
        replace: '    const response = await (legacy && request.url === ""',
        why: 'old clients are turned away',
      },
    ],
  },
  {
    id: 'gateway:same-call-goes-on',
    says: 'Identical calls of one principal and run are one call until its result was delivered: one question, one effect.',
    source: 'ruling 13, design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/open-calls.ts',
        find: '    if (known) return known\n',
        replace: '',
        why: 'each time is another call',
      },
      {
        file: 'packages/mcp/src/drive-call.ts',
        find: 'then((read) => read && run.calls.delivered(line, call))',
        replace: 'then(() => {})',
        why: 'an equal call is never done: it gets the result of the first',
      },
    ],
  },
  {
    id: 'gateway:refusal-is-final',
    says: 'A no is told as an error with code and reason, and nobody is asked again.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/tell-outcome.ts',
        find: "  return { isError: true, content: [{ type: 'text', text }] }",
        replace: "  return { content: [{ type: 'text', text }] }",
        why: 'a refusal looks like a result',
      },
    ],
  },
  {
    id: 'gateway:no-token-on-the-wire',
    says: 'No header and no frame to or from an MCP client holds a token of the engine.',
    source: 'design §6, ruling 19',
    sabotages: [
      {
        file: 'packages/mcp/src/drive-call.ts',
        find: '          return toolResult(value, { structured, maxBytes })',
        replace:
          '          const told = await toolResult(value, { structured, maxBytes })\n          return Object.assign(new (class Told {})(), told) as typeof told',
        why: 'what an API echoes is not searched',
      },
    ],
  },
  {
    id: 'gateway:one-question-one-effect',
    says: 'A client that gives up and tries again asks once and does once; what it missed it is given when it comes back.',
    source: 'ruling 13',
    sabotages: [
      {
        file: 'packages/mcp/src/open-calls.ts',
        find: '      if (keep) this.#parked.set(done, this.#clock.now() + this.#parkMs)\n      else this.delivered(line, done)',
        replace: '      if (keep) this.#parked.set(done, 0)\n      this.delivered(line, done)',
        why: 'a result nobody was there for is lost',
      },
      {
        file: 'packages/mcp/src/drive-call.ts',
        find: '      call.result === undefined\n',
        replace: '      call.result !== null\n',
        why: 'what was done is tried again',
      },
    ],
  },
  {
    id: 'gateway:wait-ends-with-its-callers',
    says: 'A decision that nobody waits for any more has no effect before somebody comes back.',
    source: 'ruling 13',
    sabotages: [
      {
        file: 'packages/mcp/src/open-call.ts',
        find: "        return verdicts.includes(true) ? 'wait' : 'suspend'",
        replace: "        return verdicts.includes(true) ? 'wait' : 'wait'",
        why: 'the wait outlives its callers',
      },
    ],
  },
  {
    id: 'gateway:elicits',
    says: 'A client that can shows the approval page and goes on after the decision; looking at it decides nothing.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/read-call.ts',
        find: '  return elicitation?.url !== undefined',
        replace: '  return elicitation?.url === null',
        why: 'nobody is shown a page',
      },
    ],
  },
  {
    id: 'gateway:state-is-signed',
    says: 'What a client keeps between two rounds is verified, serves its own call and no other, and is used up with it.',
    source: 'design §7, ruling 1',
    sabotages: [
      {
        file: 'packages/mcp/src/gateway.ts',
        find: '  const serverOptions = { requestState: { verify: codec.verify } }',
        replace: '  const serverOptions = {}',
        why: 'what was tampered with is heard',
      },
      {
        file: 'packages/mcp/src/open-calls.ts',
        find: 'kept?.line === line && !this.#over.has(kept.key) ? kept : undefined',
        replace: 'kept?.line === line ? kept : undefined',
        why: 'it serves again after its call is over',
      },
    ],
  },
  {
    id: 'gateway:state-survives-a-restart',
    says: 'A gateway that has forgotten everything goes on with what the client kept.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/drive-call.ts',
        find: '    const kept = { line, key: call.key, handle: approval.handle }',
        replace: "    const kept = { line, key: call.key, handle: '' }",
        why: 'the wait is not found again',
      },
    ],
  },
  {
    id: 'gateway:principals-apart',
    says: "Sessions, calls and what was given to keep are one principal's, and refused of every other.",
    source: 'design §7, ruling 13',
    sabotages: [
      {
        file: 'packages/mcp/src/http-sessions.ts',
        find: '      if (session?.principal !== principal) return',
        replace: '      if (session === undefined) return',
        why: "a session is whoever's knows its id",
      },
      {
        file: 'packages/mcp/src/request-state.ts',
        find: 'JSON.stringify([context.mcpReq.method, principalOf(context)])',
        replace: 'JSON.stringify([context.mcpReq.method])',
        why: "what was given to keep is anybody's",
      },
    ],
  },
  {
    id: 'gateway:task-by-principal-and-run',
    says: "A task is a principal's and a run's, whatever sessions come and go.",
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/principal.ts',
        find: "  return context.http?.req?.headers.get('x-lumojit-run') ?? ''",
        replace: '  return String(context.sessionId)',
        why: 'each session is another run',
      },
    ],
  },
  {
    id: 'gateway:own-door',
    says: 'Nobody comes in without a token that was made for this gateway, and it goes no further.',
    source: 'design §7, RFC 9728, RFC 8707',
    sabotages: [
      {
        file: 'packages/mcp/src/door/bearer-auth.ts',
        find: '      if (![audience].flat().some((each) => same(each, resource))) {',
        replace: "      if (resource === '') {",
        why: 'a token made for an API opens the gateway',
      },
      {
        file: 'packages/mcp/src/door/bearer-auth.ts',
        find: '      if (!(principal.expiresAt > clock.now()))',
        replace: '      if (principal.expiresAt < 0)',
        why: 'time does not count',
      },
      {
        file: 'packages/mcp/src/door/guard-auth.ts',
        find: '    audience: resource,',
        replace: "    audience: 'unchecked',",
        why: 'any token of the authority opens it',
      },
    ],
  },
  {
    id: 'gateway:host-and-origin',
    says: 'Rebound names and pages of other origins are answered 403.',
    source: 'ruling 20',
    sabotages: [
      {
        file: 'packages/mcp/src/door/gatekeeper.ts',
        find: '    if (!validateHostHeader(host, allowedHosts).ok)',
        replace: "    if (host === '')",
        why: 'any name will do',
      },
      {
        file: 'packages/mcp/src/door/gatekeeper.ts',
        find: "    if (origin !== null && !validateOriginHeader(origin || 'null', allowedOrigins).ok) {",
        replace: "    if (origin === '') {",
        why: 'any page may call',
      },
    ],
  },
  {
    id: 'gateway:idle-ends-the-run',
    says: 'A run ends when nobody uses it and nobody is being asked, and what it held is revoked.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/runs.ts',
        find: '    if (left <= 0 && this.#busy === 0) return this.end()',
        replace: '    if (left === 0.5) return this.end()',
        why: 'runs never end',
      },
      {
        file: 'packages/mcp/src/runs.ts',
        find: 'Math.max(this.#idleSince + idleMs, this.calls.waitingUntil())',
        replace: 'Math.max(this.#idleSince + idleMs, 0)',
        why: 'a person is asked for nothing',
      },
    ],
  },
  {
    id: 'gateway:close-revokes',
    says: 'Closing ends every run.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/mcp/src/runs.ts',
        find: '[...this.#open.values()].map((run) => run.end())',
        replace: '[...this.#open.values()].slice(1).map((run) => run.end())',
        why: 'one of them lives on',
      },
    ],
  },
  {
    id: 'gateway:stdio-end-revokes',
    says: 'Over stdio the end of the input is the end of what was granted, before the client ends the process.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/node.ts',
        find: "  for (const event of ['end', 'close', 'error']) input.once(event, end)",
        replace: "  input.once('error', end)",
        why: 'it ends when it is killed',
      },
    ],
  },
  {
    id: 'gateway:signs-of-life',
    says: 'Headers come at once, also while a call is held open.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/http-endpoint.ts',
        find: "    responseMode: 'sse',",
        replace: "    responseMode: 'auto',",
        why: 'not a byte before the end',
      },
    ],
  },
  {
    id: 'gateway:own-server',
    says: "A tool of one's own McpServer is as safe as the gateway's.",
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/principal.ts',
        find: "  return typeof sub === 'string' ? JSON.stringify([clientId, sub]) : clientId",
        replace: "  return typeof sub === 'string' ? clientId : clientId",
        why: 'users of one OAuth client are one',
      },
      {
        file: 'packages/mcp/src/request-state.ts',
        find: '  return codec.verify(state, context).catch(() => undefined)',
        replace: "  return JSON.parse(atob(state.split('.')[1] ?? '')).p",
        why: 'what came back is believed',
      },
    ],
  },
  {
    id: 'gateway:openapi-stays-put',
    says: 'An argument never leads out of the path it belongs to.',
    source: 'design §7, ruling 21',
    sabotages: [
      {
        file: 'packages/mcp/src/openapi/api-request.ts',
        find: "text === '' || climbs(text) || hasControls(text)",
        replace: "text === '' || hasControls(text)",
        why: 'an argument climbs',
      },
      {
        file: 'packages/mcp/src/openapi/api-request.ts',
        find: 'function climbs(text: string, rounds = 3)',
        replace: 'function climbs(text: string, rounds = 0)',
        why: 'what is encoded climbs at a server that decodes twice',
      },
    ],
  },
  {
    id: 'gateway:openapi-no-credentials',
    says: 'A model is not shown parameters that are credentials, and cannot write them.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/openapi/operation.ts',
        find: '    if (credentials.has(key.toLowerCase())) continue\n',
        replace: '',
        why: "keys are the model's to write",
      },
      {
        file: 'packages/mcp/src/openapi/operation.ts',
        find: "    if (place === 'header' && OWN_HEADERS.test(name)) continue\n",
        replace: '',
        why: "Authorization is the model's to write",
      },
    ],
  },
  {
    id: 'gateway:openapi-limits',
    says: "A request's body and an answer are no larger than their limits.",
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/openapi/api-request.ts',
        find: '  if (new TextEncoder().encode(text).length > maxBytes) {',
        replace: '  if (maxBytes < 0) {',
        why: 'a body is as large as it likes',
      },
      {
        file: 'packages/mcp/src/tool-result.ts',
        find: '  return size > maxBytes ? undefined : new Blob(parts).text()',
        replace: '  return new Blob(parts).text()',
        why: 'an answer is cut and handed on as if it were whole',
      },
    ],
  },
  {
    id: 'gateway:openapi-nothing-fetched',
    says: 'A reference leads to a part of the document, or the document is refused.',
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/mcp/src/openapi/document.ts',
        find: '!Object.hasOwn(found, step)',
        replace: '!(step in found)',
        why: 'a reference leads out of the document',
      },
    ],
  },
  {
    id: 'cli:config-names-the-line',
    says: "A mistake in an agent's settings is named with its line, and no secret stands in them or in what is said.",
    source: 'design §7',
    sabotages: [
      {
        file: 'packages/cli/src/agent-config.ts',
        find: '  const lines = reading.problems\n',
        replace: '  const lines = reading.problems.map((each) => ({ ...each, line: 0 }))\n',
      },
    ],
  },
  {
    id: 'cli:mcp-closed-by-default',
    says: 'On an address of the network a gateway does not begin without saying who may come in.',
    source: 'design §7, ruling 20',
    sabotages: [
      {
        file: 'packages/cli/src/mcp.ts',
        find: '  if (http.loopback) return { auth: undefined, leave: nothing }\n',
        replace: '  if (http.port >= 0) return { auth: undefined, leave: nothing }\n',
      },
    ],
  },
]
