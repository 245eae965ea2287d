import { type Desk, goTo, type Route } from '../desk.ts'
import { field } from '../door/form.ts'
import { taskBody, taskPage } from '../pages/task.ts'
import { type Tasks, tasksList, tasksPage } from '../pages/tasks.ts'
import { afterOf, choiceOf, withWaiting } from './around.ts'

const PAGE = 50

const read = async ({ operations, by, query }: Desk): Promise<Tasks> => {
  const after = afterOf(query)
  const state = choiceOf(query, 'state')
  return { tasks: await operations.listTasks({ by, limit: PAGE, after, state }), state, after }
}

const readOne = ({ operations, by, id }: Desk) => operations.readTask({ by, taskId: id })

export const tasksRoutes: readonly Route<Desk>[] = [
  [
    'GET',
    '/tasks',
    async (desk) => desk.show(tasksPage(await withWaiting(desk), await read(desk))),
  ],
  ['GET', '/tasks/list', async (desk) => desk.show(tasksList(desk.context, await read(desk)))],
  [
    'GET',
    '/tasks/:id',
    async (desk) => desk.show(taskPage(await withWaiting(desk), await readOne(desk))),
  ],
  [
    'GET',
    '/tasks/:id/body',
    async (desk) => desk.show(taskBody(desk.context, await readOne(desk))),
  ],
  [
    'POST',
    '/tasks/:id/end',
    async ({ operations, by, id, form, place }) => {
      await operations.endTask({ by, taskId: id, reason: field(form, 'reason') })
      return goTo(`${place.path}/tasks/${encodeURIComponent(id)}`)
    },
  ],
]
