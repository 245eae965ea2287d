import { type Desk, goTo, type Route } from '../desk.ts'
import { ConsoleRefusal } from '../door/refusal.ts'
import { webhooksPage } from '../pages/webhooks.ts'
import { afterOf, choiceOf, withWaiting } from './around.ts'

const PAGE = 50

export const webhooksRoutes: readonly Route<Desk>[] = [
  [
    'GET',
    '/webhooks',
    async (desk) => {
      const { operations, by, query, visitor } = desk
      // An auditor reads them over HTTP; this room is for who can do something about them.
      if (!visitor.session?.user.rights.includes('jit.admin'))
        throw new ConsoleRefusal(403, 'You may not do this', 'This room needs the right jit.admin.')
      const after = afterOf(query)
      const state = choiceOf(query, 'state')
      return desk.show(
        webhooksPage(await withWaiting(desk), {
          hooks: await operations.listWebhooks({ by }),
          deliveries: await operations.listDeliveries({ by, state, limit: PAGE, after }),
          state,
          after,
        }),
      )
    },
  ],
  [
    'POST',
    '/webhooks/:id/retry',
    async ({ operations, by, id, place }) => {
      await operations.retryDelivery({ by, deliveryId: id })
      return goTo(`${place.path}/webhooks`)
    },
  ],
]
