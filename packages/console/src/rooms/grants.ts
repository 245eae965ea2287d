import type { Desk, Route } from '../desk.ts'
import { type Grants, grantsList, grantsPage } from '../pages/grants.ts'
import { afterOf, withWaiting } from './around.ts'

const PAGE = 50

const read = async ({ operations, by, query }: Desk): Promise<Grants> => {
  const after = afterOf(query)
  return { grants: await operations.listGrants({ by, limit: PAGE, after }), after }
}

export const grantsRoutes: readonly Route<Desk>[] = [
  [
    'GET',
    '/grants',
    async (desk) => desk.show(grantsPage(await withWaiting(desk), await read(desk))),
  ],
  ['GET', '/grants/list', async (desk) => desk.show(grantsList(desk.context, await read(desk)))],
]
