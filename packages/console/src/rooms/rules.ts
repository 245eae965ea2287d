import type { Verdict } from '@lumojit/authority'
import type { Desk, Route } from '../desk.ts'
import { field } from '../door/form.ts'
import { asRefusal, ConsoleRefusal } from '../door/refusal.ts'
import { EXAMPLE, type RulesQuestion, rulesPage } from '../pages/rules.ts'
import { choiceOf, withWaiting } from './around.ts'

const show = async (
  desk: Desk,
  question: RulesQuestion,
  answer: { readonly verdict?: Verdict; readonly refused?: string } = {},
  status?: number,
): Promise<Response> => {
  return desk.show(rulesPage(await withWaiting(desk), { question, ...answer }), status)
}

/** Of a request that is there, so that its verdict can be looked at again. */
const questionOf = async ({ operations, by, query }: Desk): Promise<RulesQuestion> => {
  const requestId = choiceOf(query, 'request')
  if (requestId === undefined)
    return { details: EXAMPLE, agentId: '', onBehalfOf: '', resource: '', reuse: 'once' }
  const { request, task } = await operations.readRequest({ by, requestId })
  return {
    details: plainJson(request.details),
    agentId: request.agentId,
    onBehalfOf: task.onBehalfOf ?? '',
    resource: request.resource ?? '',
    reuse: request.reuse,
  }
}

/** In a field nothing can be marked: what is not plain ASCII is written as JSON's own escape. */
const plainJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[^\n\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConsoleRefusal(400, 'That does not work', 'The details are no JSON.')
  }
}

export const rulesRoutes: readonly Route<Desk>[] = [
  ['GET', '/rules', async (desk) => show(desk, await questionOf(desk))],
  [
    'POST',
    '/rules',
    async (desk) => {
      const { operations, by, form } = desk
      const text = (name: string) => field(form, name) ?? ''
      const question = {
        details: text('details'),
        agentId: text('agent_id'),
        onBehalfOf: text('on_behalf_of'),
        resource: text('resource'),
        reuse: text('reuse'),
      }
      try {
        const verdict = await operations.tryRules({
          by,
          details: parse(question.details),
          agentId: field(form, 'agent_id'),
          onBehalfOf: field(form, 'on_behalf_of'),
          resource: field(form, 'resource'),
          reuse: field(form, 'reuse'),
        })
        return show(desk, question, { verdict })
      } catch (error) {
        const { status, message, fix } = asRefusal(error)
        if (status !== 400) throw error
        return show(
          desk,
          question,
          { refused: fix === undefined ? message : `${message} ${fix}` },
          status,
        )
      }
    },
  ],
]
