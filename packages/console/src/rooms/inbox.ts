import type { Desk, Route } from '../desk.ts'
import { type Inbox, inboxList, inboxPage, nothingPage } from '../pages/inbox.ts'
import { roomsOf, waitingCount } from '../pages/menu.ts'
import { afterOf, withWaiting } from './around.ts'

const PAGE = 50

const read = async ({ operations, by, query }: Desk): Promise<Inbox> => {
  const after = afterOf(query)
  return { pending: await operations.listPending({ by, limit: PAGE, after }), after }
}

export const inboxRoutes: readonly Route<Desk>[] = [
  [
    'GET',
    '/',
    async (desk) => {
      const { operations, by, query, context, show } = desk
      if (roomsOf(context.visit.user.rights).length === 0) return show(nothingPage(context))
      const inbox = await read(desk)
      const decided = query.get('decided')
      return show(
        inboxPage(
          { ...context, waiting: inbox.pending.total },
          {
            ...inbox,
            ...(decided !== null && {
              decided: await operations
                .readRequest({ by, requestId: decided })
                .catch(() => undefined),
            }),
          },
        ),
      )
    },
  ],
  ['GET', '/inbox/list', async (desk) => desk.show(inboxList(desk.context, await read(desk)))],
  [
    'GET',
    '/waiting',
    async (desk) => {
      const { waiting = 0, path } = await withWaiting(desk)
      return desk.show(waitingCount(path, waiting))
    },
  ],
]
