import { type Desk, goTo, type Route } from '../desk.ts'
import { field } from '../door/form.ts'
import { asRefusal } from '../door/refusal.ts'
import { narrow } from '../narrowing.ts'
import { decidePage, state } from '../pages/decide.ts'
import { withWaiting } from './around.ts'

const decide = async (desk: Desk, refused?: string, status?: number): Promise<Response> => {
  const { operations, by, id, show } = desk
  const reading = await operations.readRequest({ by, requestId: id })
  return show(decidePage(await withWaiting(desk), { reading, refused }), status)
}

/** Does it and goes on; when it is refused, the page says why beside how things stand now. */
const act = async (desk: Desk, done: () => Promise<unknown>, onward: string): Promise<Response> => {
  try {
    await done()
  } catch (error) {
    const { status, message, fix } = asRefusal(error)
    if (status >= 500 || status === 404) throw error
    return decide(desk, fix === undefined ? message : `${message} ${fix}`, status)
  }
  return goTo(onward)
}

const decided = ({ place, id }: Desk) => `${place.path}/?decided=${encodeURIComponent(id)}`

export const requestRoutes: readonly Route<Desk>[] = [
  ['GET', '/requests/:id', (desk) => decide(desk)],
  [
    'GET',
    '/requests/:id/state',
    async ({ operations, by, id, context, show }) => {
      const reading = await operations.readRequest({ by, requestId: id })
      // What a person writes is never swapped away under the hands: only a decision changes the form.
      if (reading.status === 'pending') return new Response(null, { status: 204 })
      return show(state(context, { reading }))
    },
  ],
  [
    'POST',
    '/requests/:id/approve',
    async (desk) => {
      const { operations, by, id, form } = desk
      const { request } = await operations.readRequest({ by, requestId: id })
      const details = narrow(request.details, (name) => form.getAll(name))
      if (details === 'nothing')
        return decide(desk, 'Nothing would be left of it. Leave something ticked, or deny it.', 400)
      const ttl = field(form, 'ttl')
      return act(
        desk,
        () =>
          operations.approve({
            by,
            requestId: id,
            reuse: form.get('reuse') ?? 'once',
            ...(details !== undefined && { details }),
            ...(ttl !== undefined && { ttlSeconds: Number(ttl) }),
            notes: field(form, 'notes'),
            agentMessage: field(form, 'agent_message'),
          }),
        decided(desk),
      )
    },
  ],
  [
    'POST',
    '/requests/:id/deny',
    (desk) => {
      const { operations, by, id, form } = desk
      const reason = field(form, 'notes')
      return act(
        desk,
        () =>
          operations.deny({
            by,
            requestId: id,
            reason,
            agentMessage: field(form, 'agent_message'),
          }),
        decided(desk),
      )
    },
  ],
  [
    'POST',
    '/requests/:id/revoke',
    (desk) => {
      const { operations, by, id, form, place } = desk
      const back = form.get('back') === 'grants' ? `${place.path}/grants` : decided(desk)
      return act(desk, () => operations.revokeRequest({ by, requestId: id }), back)
    },
  ],
]
