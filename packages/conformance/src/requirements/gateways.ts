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
        file: 'packages/mcp/src/open-calls.ts',
        find: '        if (delivered || !keep || this.#parkMs === 0) this.#forget(line, over)',
        replace: '        if (!keep || this.#parkMs === 0) this.#forget(line, over)',
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
]
