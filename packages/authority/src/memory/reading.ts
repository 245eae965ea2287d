import { pageOf } from '../page.ts'
import type { StoredRequest, StoredTask } from '../records.ts'
import { riskRank } from '../rules.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const readingPart = (
  ground: MemoryGround,
): Pick<AuthorityStore, 'pendingPage' | 'taskPage' | 'requestsOf' | 'grantPage' | 'auditPage'> => {
  const { tasks, requests, tokens, chains, isOpen, ofTask, taskIsActive } = ground
  const lives = ({ state, liveToken }: StoredRequest, at: number): boolean =>
    state === 'approved' &&
    liveToken !== undefined &&
    at < liveToken.expiresAt &&
    tokens.get(liveToken.jti)?.revokedAt === undefined
  const holds = (taskId: string, at: number) =>
    taskIsActive(taskId, at) ? ofTask(taskId).filter((request) => lives(request, at)).length : 0
  const taskOf = ({ taskId }: StoredRequest) => tasks.get(taskId) as StoredTask
  const inState = (task: StoredTask, state: string, at: number): boolean =>
    state === (task.state === 'active' && at >= task.expiresAt ? 'expired' : task.state)

  return {
    async pendingPage(at, window) {
      const open = [...requests.values()].filter((request) => isOpen(request, at))
      const place = ({ risk, createdAt, id }: StoredRequest) => [riskRank(risk), createdAt, id]
      const { items, ...rest } = pageOf(open, window, place)
      const entry = (request: StoredRequest) => ({
        request,
        task: taskOf(request),
        holds: holds(request.taskId, at),
      })
      return structuredClone({ items: items.map(entry), ...rest })
    },
    async taskPage(at, { state, agentId }, window) {
      const matching = [...tasks.values()].filter(
        (task) =>
          (state === undefined || inState(task, state, at)) &&
          (agentId === undefined || task.agentId === agentId),
      )
      const place = ({ createdAt, id }: StoredTask) => [createdAt, id]
      const { items, ...rest } = pageOf(matching, window, place, -1)
      const entry = (task: StoredTask) => ({
        task,
        pending: ofTask(task.id).filter((request) => isOpen(request, at)).length,
        holds: holds(task.id, at),
      })
      return structuredClone({ items: items.map(entry), ...rest })
    },
    async requestsOf(taskId) {
      return structuredClone(ofTask(taskId))
    },
    async grantPage(at, { taskId }, window) {
      const candidates = taskId === undefined ? [...requests.values()] : ofTask(taskId)
      const living = candidates.filter(
        (request) => lives(request, at) && taskIsActive(request.taskId, at),
      )
      const place = ({ liveToken, id }: StoredRequest) => [liveToken?.expiresAt ?? 0, id]
      const { items, ...rest } = pageOf(living, window, place)
      const entry = (request: StoredRequest) => ({ request, task: taskOf(request) })
      return structuredClone({ items: items.map(entry), ...rest })
    },
    async auditPage({ chain, kind, by, since, until }, window) {
      const entries = chain === undefined ? [...chains.values()].flat() : (chains.get(chain) ?? [])
      const matching = entries.filter(
        (entry) =>
          (kind === undefined || entry.kind.startsWith(kind)) &&
          (by === undefined || entry.by.startsWith(by)) &&
          (since === undefined || entry.at >= since) &&
          (until === undefined || entry.at <= until),
      )
      const page = pageOf(matching, window, (entry) => [entry.at, entry.chain, entry.sequence], -1)
      return structuredClone(page)
    },
  }
}
