import { type Desk, goTo, type Route } from '../desk.ts'
import { field } from '../door/form.ts'
import { asRefusal } from '../door/refusal.ts'
import { agentsPage, type ToldSecret } from '../pages/agents.ts'
import { withWaiting } from './around.ts'

const show = async (
  desk: Desk,
  {
    told,
    refused,
    status,
  }: { readonly told?: ToldSecret; readonly refused?: string; readonly status?: number } = {},
): Promise<Response> => {
  const { items } = await desk.operations.listAgents({ by: desk.by, limit: 500 })
  return desk.show(agentsPage(await withWaiting(desk), { agents: items, told, refused }), status)
}

export const agentsRoutes: readonly Route<Desk>[] = [
  ['GET', '/agents', (desk) => show(desk)],
  [
    'POST',
    '/agents',
    async (desk) => {
      const { operations, by, form } = desk
      try {
        const { agent, secret } = await operations.createAgent({
          by,
          agentId: field(form, 'id'),
          name: field(form, 'name'),
          actsForUsers: form.get('acts_for_users') === 'yes',
        })
        return show(desk, { told: { agentId: agent.id, secret } })
      } catch (error) {
        const { status, message, fix } = asRefusal(error)
        if (status !== 400 && status !== 409) throw error
        return show(desk, { refused: fix === undefined ? message : `${message} ${fix}`, status })
      }
    },
  ],
  [
    'POST',
    '/agents/:id/rotate',
    async (desk) => {
      const { operations, by, id, form } = desk
      const { secret, oldWorksUntil } = await operations.rotateAgent({
        by,
        agentId: id,
        compromised: form.get('compromised') === 'yes',
      })
      return show(desk, { told: { agentId: id, secret, previousUntil: oldWorksUntil } })
    },
  ],
  [
    'POST',
    '/agents/:id/suspend',
    async ({ operations, by, id, form, place }) => {
      await operations.suspendAgent({ by, agentId: id, reason: field(form, 'reason') })
      return goTo(`${place.path}/agents`)
    },
  ],
  [
    'POST',
    '/agents/:id/resume',
    async ({ operations, by, id, place }) => {
      await operations.resumeAgent({ by, agentId: id })
      return goTo(`${place.path}/agents`)
    },
  ],
]
