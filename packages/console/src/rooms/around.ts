import type { Desk } from '../desk.ts'
import { roomsOf } from '../pages/menu.ts'
import type { PageContext } from '../pages/page.ts'

/** The page's surroundings, with how many requests wait for whoever may decide them. */
export const withWaiting = async ({ operations, by, context }: Desk): Promise<PageContext> => {
  if (roomsOf(context.visit.user.rights).length === 0) return context
  const { total } = await operations.listPending({ by, limit: 1 })
  return { ...context, waiting: total }
}

/** Where a list goes on. */
export const afterOf = (query: URLSearchParams): string | undefined =>
  query.get('after') || undefined

/** One choice of a filter; absent for all. */
export const choiceOf = (query: URLSearchParams, name: string): string | undefined =>
  query.get(name)?.trim() || undefined
