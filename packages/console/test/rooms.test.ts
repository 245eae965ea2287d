import { describe, expect, it } from 'vitest'
import { ALICE, isActive, openWorld, redeem, statusOf } from './world.ts'

const READ = { type: 'file_access', actions: ['read'], identifier: 'doc_9' }

describe('tasks', () => {
  it('are listed by state, and each has its page', async () => {
    const w = await openWorld()
    const [running, ended] = [await w.openTask('Still running', ALICE), await w.openTask('Over')]
    await w.operations.completeTask({ by: { agent: 'invoice-bot' }, taskId: ended })
    const own = await w.signedIn()
    const all = (await own.get('/console/tasks')).text
    expect([all.includes('Still running'), all.includes('Over</bdi>')]).toEqual([true, true])
    const active = (await own.get('/console/tasks?state=active')).text
    expect([active.includes('Still running'), active.includes('Over</bdi>')]).toEqual([true, false])
    expect((await own.get('/console/tasks?state=suspended')).text).toContain('No such task')
    expect((await own.get(`/console/tasks/${running}`)).text).toContain(ALICE)
    expect((await own.get('/console/tasks/task_nobody')).status).toBe(404)
  })

  it('console:task-ends — by a person: everything it held is dead, and nothing more is given', async () => {
    const w = await openWorld()
    const taskId = await w.openTask()
    const granted = await w.ask(taskId, { details: READ, reuse: 'task' })
    const { accessToken } = await redeem(w, granted)
    const waiting = await w.ask(taskId)
    const own = await w.signedIn()
    const ended = await own.post(`/console/tasks/${taskId}/end`, { reason: 'looks odd' })
    expect(ended.location).toBe(`/console/tasks/${taskId}`)
    expect(await isActive(w, accessToken)).toBe(false)
    expect(await statusOf(w, waiting)).toBe('task_ended')
    const page = (await own.get(`/console/tasks/${taskId}`)).text
    expect(page).toContain('This task holds nothing at this moment.')
    expect(page).not.toContain('End this task now')
  })

  it('draws a lane for each request, without any style in the page', async () => {
    const w = await openWorld()
    const taskId = await w.openTask()
    await redeem(w, await w.ask(taskId, { details: READ, reuse: 'task' }))
    await w.ask(taskId)
    const { text } = await (await w.signedIn()).get(`/console/tasks/${taskId}`)
    const drawing = /<svg[\s\S]*?<\/svg>/.exec(text)?.[0] ?? ''
    expect(drawing.match(/class="lane"/g)).toHaveLength(2)
    expect(drawing).toContain('<rect class="alive"')
    expect(drawing).toContain('<rect class="waited"')
    expect(drawing).toContain('<path class="yes"')
    expect(drawing).not.toMatch(/NaN|Infinity|style=/)
  })
})

describe('grants', () => {
  it('are what agents can do now, and go when they are revoked', async () => {
    const w = await openWorld()
    const taskId = await w.openTask('Reading')
    const own = await w.signedIn()
    expect((await own.get('/console/grants')).text).toContain('Nothing is granted')
    const requestId = await w.ask(taskId, { details: READ, reuse: 'task' })
    const { accessToken } = await redeem(w, requestId)
    const page = (await own.get('/console/grants')).text
    expect(page).toContain('doc_9')
    // Neither the token nor its name is told.
    const { jti } = JSON.parse(
      atob((accessToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
    )
    expect([page.includes(accessToken), page.includes(jti)]).toEqual([false, false])
    const gone = await own.post(`/console/requests/${requestId}/revoke`, { back: 'grants' })
    expect(gone.location).toBe('/console/grants')
    expect((await own.get('/console/grants')).text).toContain('Nothing is granted')
  })
})

describe('the audit', () => {
  it('is filtered, verified, and exported as JSON lines', async () => {
    const w = await openWorld()
    const taskId = await w.openTask()
    const requestId = await w.ask(taskId)
    const own = await w.signedIn()
    await own.post(`/console/requests/${requestId}/deny`, { notes: 'no' })
    const denied = (
      await own.get(`/console/audit?chain=${taskId}&kind=request.denied&by=user:u_you`)
    ).text
    expect(denied.match(/<span class="kind">/g)).toHaveLength(1)
    expect((await own.get('/console/audit?by=user:nobody')).text).toContain(
      'Nothing fits this filter',
    )
    expect((await own.post('/console/audit/verify')).text).toContain('<strong>Whole.</strong>')
    const exported = await own.get(`/console/audit/export?chain=${taskId}`)
    expect(exported.headers.get('content-disposition')).toMatch(/^attachment; filename="audit-/)
    const kinds = exported.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind)
    expect(kinds).toEqual(['task.opened', 'request.opened', 'request.denied'])
  })

  it('is not for who only decides', async () => {
    const w = await openWorld()
    const bob = await w.signedIn('u_bob')
    expect((await bob.get('/console/')).text).not.toContain('/console/audit')
    expect((await bob.get('/console/audit')).status).toBe(403)
    expect((await bob.get('/console/audit/export')).status).toBe(403)
    expect((await bob.post('/console/audit/verify')).status).toBe(403)
  })
})

describe('the rules', () => {
  it('are tried without anything being asked', async () => {
    const w = await openWorld()
    const own = await w.signedIn()
    await own.get('/console/rules')
    const trial = async (details: string) =>
      own.post('/console/rules', { details, agent_id: 'invoice-bot', reuse: 'once' })
    expect((await trial('{"type":"payment","actions":["initiate"]}')).text).toContain(
      'waits for a person',
    )
    expect((await trial('{"type":"file_access","actions":["read"]}')).text).toContain(
      'granted at once',
    )
    const wrong = await trial('{"type":')
    expect([wrong.status, wrong.text.includes('The details are no JSON.')]).toEqual([400, true])
    expect((await trial('[]')).status).toBe(400)
    expect(w.authority.counts().requests).toBe(0)
  })

  it('can be tried on a request that is there', async () => {
    const w = await openWorld()
    const requestId = await w.ask(await w.openTask('Pay', ALICE))
    const { text } = await (await w.signedIn()).get(`/console/rules?request=${requestId}`)
    expect(text).toContain('&quot;identifier&quot;: &quot;inv_204&quot;')
    expect(text).toContain(`value="${ALICE}"`)
  })
})

describe('agents', () => {
  it('console:secret-told-once — on the page that made it, and nowhere afterwards', async () => {
    const w = await openWorld()
    const own = await w.signedIn()
    await own.get('/console/agents')
    const made = await own.post('/console/agents', {
      id: 'report-writer',
      name: 'Reports',
      acts_for_users: 'yes',
    })
    const secret = /<code id="secret">([^<]+)</.exec(made.text)?.[1] ?? ''
    expect(secret.length).toBeGreaterThan(20)
    expect(made.headers.get('cache-control')).toBe('no-store')
    const again = (await own.get('/console/agents')).text
    expect([again.includes('report-writer'), again.includes(secret)]).toEqual([true, false])
    expect((await own.get('/console/audit')).text).not.toContain(secret)
    const taken = await own.post('/console/agents', { id: 'report-writer' })
    expect([taken.status, taken.text.includes('role="alert"')]).toEqual([409, true])
    const renewed = await own.post('/console/agents/report-writer/rotate')
    expect(/<code id="secret">([^<]+)</.exec(renewed.text)?.[1]).not.toBe(secret)
    expect(renewed.text).toContain('The one before works until')
  })

  it('are suspended, with all they hold, and resumed', async () => {
    const w = await openWorld()
    const taskId = await w.openTask()
    const { accessToken } = await redeem(w, await w.ask(taskId, { details: READ, reuse: 'task' }))
    const own = await w.signedIn()
    await own.post('/console/agents/invoice-bot/suspend', { reason: 'odd questions' })
    expect(await isActive(w, accessToken)).toBe(false)
    await expect(w.openTask()).rejects.toThrow()
    expect((await own.get('/console/agents')).text).toContain('Resume invoice-bot')
    await own.post('/console/agents/invoice-bot/resume')
    await expect(w.openTask()).resolves.toMatch(/^task_/)
  })
})
