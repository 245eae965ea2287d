import type { Desk, Route } from './desk.ts'
import { agentsRoutes } from './rooms/agents.ts'
import { auditRoutes } from './rooms/audit.ts'
import { grantsRoutes } from './rooms/grants.ts'
import { inboxRoutes } from './rooms/inbox.ts'
import { requestRoutes } from './rooms/request.ts'
import { rulesRoutes } from './rooms/rules.ts'
import { tasksRoutes } from './rooms/tasks.ts'
import { webhooksRoutes } from './rooms/webhooks.ts'

/** Every page and every act, by room. Nothing is changed by a GET. */
export const deskRoutes = (): readonly Route<Desk>[] => [
  ...inboxRoutes,
  ...requestRoutes,
  ...tasksRoutes,
  ...grantsRoutes,
  ...auditRoutes,
  ...rulesRoutes,
  ...agentsRoutes,
  ...webhooksRoutes,
]
