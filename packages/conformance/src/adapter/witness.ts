import { type AuthorityStore, memoryStore, type RequestStatus } from '@lumojit/authority'
import type { World } from '../pretend-world.ts'

/** A question that reached the authority, as it stands there now. */
export interface Asked {
  readonly id: string
  readonly taskId: string
  readonly status: RequestStatus
  /** The identifier of what it asks for. */
  readonly about: string
  readonly justification: string
  /** True when a person decided, or has to. */
  readonly forHumans: boolean
}

/** Remembers the names of what was opened at the authority, which by itself lists only what is pending. */
export interface Witness {
  readonly store: AuthorityStore
  asked(world: World): Promise<readonly Asked[]>
  /** States of all tasks, in the order they were opened. */
  taskStates(): Promise<readonly string[]>
}

export function witness(): Witness {
  const tasks: string[] = []
  const requests: string[] = []
  const inner = memoryStore()
  const own: Partial<AuthorityStore> = {
    addTask: async (task) => {
      tasks.push(task.id)
      await inner.addTask(task)
    },
    openRequest: async (candidate, condition) => {
      const opening = await inner.openRequest(candidate, condition)
      if (opening.kind === 'opened') requests.push(opening.request.id)
      return opening
    },
  }
  const store = new Proxy(inner, {
    get: (target, member) => {
      const value: unknown = Reflect.get(member in own ? own : target, member)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return {
    store,
    asked: (world) => Promise.all(requests.map((id) => read(world, inner, id))),
    taskStates: async () => {
      const found = await Promise.all(tasks.map((id) => inner.task(id)))
      return found.map((task) => task?.state ?? 'gone')
    },
  }
}

async function read(world: World, store: AuthorityStore, id: string): Promise<Asked> {
  const stored = await store.request(id)
  if (!stored) throw new Error('A request vanished from the authority.')
  const by = { agent: stored.agentId }
  const { request, status } = await world.authority.operations.readStatus({ by, requestId: id })
  return {
    id,
    taskId: request.taskId,
    status,
    about: request.details[0].identifier ?? '',
    justification: request.justifications.join('\n'),
    forHumans: request.state !== 'approved' || request.decidedBy !== undefined,
  }
}
