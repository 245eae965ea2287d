import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SqliteStore, sqliteStore } from '@lumojit/authority/sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, Died, MortalAuthority, USER } from './kill-world.ts'

const directory = mkdtempSync(join(tmpdir(), 'lumojit-kill-people-'))
const path = join(directory, 'authority.db')
const authority = new MortalAuthority(path)
let file: SqliteStore

beforeAll(async () => {
  await authority.start()
  file = sqliteStore(path)
})
afterAll(async () => {
  await authority.stop()
  await file.close()
  rmSync(directory, { recursive: true })
})

const CHANGES = [
  'appendAudit',
  'addAgent',
  'rotateAgent',
  'suspendAgent',
  'resumeAgent',
  'setPassword',
  'openSession',
  'endSession',
  'addLink',
  'redeemLink',
  'sweep',
]
const POINTS = CHANGES.flatMap((name) => [`${name}:before-commit`, `${name}:after-commit`])
const by = { user: ADMIN.id }

describe('killed at every point of what people change, and started again on the same file', () => {
  it.each(POINTS)('authority:survives-kill — at %s', async (point) => {
    let deaths = 0
    /** Does it, and again when the process died of it: what a person who got no answer does. */
    const operate = async <T>(operation: string, input: object) => {
      try {
        return await authority.operate<T>(operation, input)
      } catch (error) {
        if (!(error instanceof Died)) throw error
        expect(await authority.death()).toBe('SIGKILL')
        deaths++
        await authority.start()
        return authority.operate<T>(operation, input)
      }
    }
    const kinds = async (chain: string) => (await file.audit(chain)).map(({ kind }) => kind)
    await authority.order('arm', point)
    const agentId = `agt_${point.replace(':', '-')}`
    const alive = async (jti: string) => (await file.token(jti))?.token.revokedAt === undefined

    // An agent is made once; whoever did not get its secret has it rotated.
    const made = await operate('createAgent', { by, agentId })
    expect(['agent_exists', undefined]).toContain(made.code)
    const rotated = await operate<{ secret: string }>('rotateAgent', { by, agentId, overlapMs: 0 })
    const login = async () => {
      const grant = {
        grant_type: 'client_credentials',
        client_id: agentId,
        client_secret: rotated.value?.secret ?? '',
      }
      return (await authority.call('POST', '/oauth/token', undefined, new URLSearchParams(grant)))
        .status
    }
    expect(await login()).toBe(200)
    const token = await operate<{ jti: string }>('issueAgentToken', { agentId })
    const jti = token.value?.jti ?? ''
    expect(await alive(jti)).toBe(true)

    // Suspended is suspended, whatever was answered.
    await operate('suspendAgent', { by, agentId })
    expect(await alive(jti)).toBe(false)
    expect(await login()).toBe(401)
    expect((await operate('issueAgentToken', { agentId })).code).toBe('invalid_client')
    await operate('resumeAgent', { by, agentId })
    expect(await login()).toBe(200)
    expect(await alive(jti)).toBe(false)

    // A password that is set is set; a session that is open is open once.
    const password = `words of ${point}`
    const before = await kinds(`user:${USER.id}`)
    await operate('setPassword', { userId: USER.id, password })
    const signed = await operate<{ session: string }>('signIn', { user: USER.id, password })
    const session = signed.value?.session ?? ''
    const reading = await operate<{ user: { id: string } }>('readSession', { session })
    expect(reading.value?.user.id).toBe(USER.id)
    await operate('endSession', { session })
    expect((await operate('readSession', { session })).value).toBeUndefined()
    expect((await operate('signIn', { user: USER.id, password: 'wrong' })).code).toBe(
      'invalid_credentials',
    )

    // A link signs in once, also when nobody heard of it.
    const link = await operate<{ code: string }>('createSignInLink', { userId: USER.id })
    const { code = '' } = link.value ?? {}
    const used = await operate<{ session: string }>('redeemSignInLink', { code })
    expect([undefined, 'invalid_credentials']).toContain(used.code)
    expect((await operate('redeemSignInLink', { code })).code).toBe('invalid_credentials')

    // What retention takes, it takes whole and once, and writes down.
    const opened = await operate<{ id: string }>('openTask', { by: { agent: agentId } })
    const taskId = opened.value?.id ?? ''
    await operate('completeTask', { by: { agent: agentId }, taskId })
    await authority.order('anchor')
    try {
      await authority.order('sweep')
    } catch (error) {
      if (!(error instanceof Died)) throw error
      expect(await authority.death()).toBe('SIGKILL')
      deaths++
      await authority.start()
      await authority.order('sweep')
    }
    expect(await file.task(taskId)).toBeUndefined()
    expect(await file.audit(taskId)).toEqual([])
    const swept = (await file.audit('retention')).filter(({ data }) => data.includes(taskId))
    expect(swept.length).toBe(1)
    await authority.order('anchor')

    expect(deaths, `${point} was never hit`).toBe(1)
    const told = (await kinds(`user:${USER.id}`)).slice(before.length)
    expect(told.filter((kind) => kind === 'session.ended').length).toBe(1)
    const byLink = (await file.audit(`user:${USER.id}`))
      .slice(before.length)
      .filter(({ kind, data }) => kind === 'session.opened' && data.includes('"link"'))
    expect(byLink.length).toBe(1)
    const agent = await kinds(`agent:${agentId}`)
    for (const once of ['agent.created', 'agent.suspended', 'agent.resumed'])
      expect(agent.filter((kind) => kind === once).length).toBe(1)
    expect((await authority.order('verify')).problems).toEqual([])
  })
})
