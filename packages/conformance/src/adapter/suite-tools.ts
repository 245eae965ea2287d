import type { ToolContext } from '@lumojit/core'
import type { AuthorizationDetails, Json } from '@lumojit/protocol'
import type { ModelCall, SuiteArgs, SuiteTool } from '../adapter-driver.ts'

/** In no state, message, trace or log: lumojit hands it to the authority and to nobody else. */
export const JUSTIFICATION = 'justified-by-canary-58c1f0'

/** Words of the details the API asks for. No tool, argument or result holds them: found means leaked. */
export const DETAIL_WORDS = ['user_data', 'initiate', 'file_access'] as const

/**
 * Tools of a small company. `read` and `note` are granted at once, `open_vault` and `pay` wait for a
 * human. Nothing but the address of the API goes in, so a child process builds the same ones.
 */
export function suiteTools(api: string): readonly SuiteTool[] {
  const at = (path: string, id: string) => `${api}/v1/${path}/${encodeURIComponent(id)}`
  const pay = (jit: ToolContext, invoice: string, amount?: string) =>
    answerOf(
      jit.fetch(`${api}/v1/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(amount === undefined ? { invoice } : { invoice, amount }),
        justification: JUSTIFICATION,
      }),
    )
  const note = (jit: ToolContext, id: string) =>
    answerOf(
      jit.fetch(`${at('documents', id)}/summaries`, {
        method: 'POST',
        body: 'noted',
        justification: JUSTIFICATION,
      }),
    )
  const get = (jit: ToolContext, url: string) =>
    answerOf(jit.fetch(url, { justification: JUSTIFICATION }))
  const echo = async (jit: ToolContext) =>
    (await get(jit, `${api}/v1/echo`)) as { readonly bearer: string }

  return [
    tool('read', ['id'], ({ id }, jit) => get(jit, at('documents', id))),
    tool('note', ['id'], ({ id }, jit) => note(jit, id)),
    tool('open_vault', ['id'], ({ id }, jit) => get(jit, at('vault', id))),
    tool('pay', ['id'], ({ id }, jit) => pay(jit, id)),
    tool('pay_amount', ['id', 'text'], ({ id, text }, jit) => pay(jit, id, text)),
    tool('pay_two', ['id'], async ({ id }, jit) => ({
      first: await pay(jit, `${id}-first`),
      second: await pay(jit, `${id}-second`),
    })),
    tool('pay_all_at_once', ['id'], async ({ id }, jit) => ({
      done: await Promise.all([pay(jit, `${id}-first`), pay(jit, `${id}-second`)]),
    })),
    // What authors do: whatever goes wrong, say something friendly, and try another way.
    tool('pay_carelessly', ['id'], async ({ id }, jit) => {
      const paid = await pay(jit, id).catch(() => undefined)
      if (paid !== undefined) return paid
      await note(jit, `${id}-instead`).catch(() => undefined)
      return { carelessly: 'all is well' }
    }),
    {
      ...tool('pay_declared', ['id'], ({ id }, jit) => pay(jit, id)),
      permissions: ({ id = '' }) => ({ resource: api, details: paymentOf(id) }),
    },
    {
      ...tool('pay_amount_declared', ['id', 'text'], ({ id, text }, jit) => pay(jit, id, text)),
      permissions: ({ id = '' }) => ({ resource: api, details: paymentOf(id) }),
    },
    // An API that repeats what it was sent; the rest is what a careless author does with it.
    tool('echo', ['id'], (_, jit) => echo(jit)),
    tool('echo_in_error', ['id'], async (_, jit) => {
      const { bearer } = await echo(jit)
      throw Object.assign(new Error(`refused: Bearer ${bearer}`), { headers: { bearer } })
    }),
    // The control: in forms that no scrubbing of exact values can know.
    tool('echo_encoded', ['text'], async ({ text }, jit) => {
      const { bearer } = await echo(jit)
      return { encoded: encoded(bearer, text) }
    }),
  ]
}

/** What the API requires for a payment, as its guard states it. */
export function paymentOf(invoice: string): AuthorizationDetails {
  return [{ type: 'payment', actions: ['initiate'], identifier: invoice }]
}

/** Forms in which a token may leave unnoticed. */
export const ENCODINGS = ['base64', 'base64-inside', 'percent', 'hex'] as const

function encoded(secret: string, form: string): string {
  switch (form) {
    case 'base64':
      return btoa(secret)
    case 'base64-inside':
      return btoa(`Authorization: Bearer ${secret}, and more`)
    case 'percent':
      return [...secret].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')
    default:
      return Buffer.from(secret).toString('hex')
  }
}

/** A call as the model makes it. */
export function call(id: string, tool: string, argument: string): ModelCall {
  return { id, tool, args: tool === 'echo_encoded' ? { text: argument } : { id: argument } }
}

function tool(
  name: string,
  parameters: SuiteTool['parameters'],
  execute: (args: Record<'id' | 'text', string>, context: ToolContext) => Promise<Json>,
): SuiteTool {
  return {
    name,
    description: `${name.replaceAll('_', ' ')}, for the company`,
    parameters,
    execute: ({ id = '', text = '' }: SuiteArgs, context) => execute({ id, text }, context),
  }
}

async function answerOf(sent: Promise<Response>): Promise<Json> {
  const response = await sent
  if (!response.ok) throw new Error(`The API answered ${response.status}.`)
  return (await response.json()) as Json
}
