import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let browser: Browser
let stage: Stage
let page: Page
/** What the browser refused or complained of; nothing, ever. */
let complaints: string[]

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
})
afterAll(() => browser.close())

const openPage = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const opened = await context.newPage()
  opened.on('pageerror', (error) => complaints.push(error.message))
  opened.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} ${message.location().url}`)
  })
  opened.on('dialog', async (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  return opened
}

const signIn = async (into: Page, userId?: string) => {
  await into.goto(await stage.signInLink(userId))
  await into.getByRole('button', { name: 'Sign in to acme-corp' }).click()
  await into.getByRole('heading', { name: 'Inbox' }).waitFor()
}

beforeEach(async () => {
  complaints = []
  stage = await openStage()
  page = await openPage()
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
  await stage.close()
  expect(complaints).toEqual([])
})

const rows = (of = page) => of.locator('.requests > li')
const go = (path: string) => page.goto(`${stage.url}/console${path}`)

it('signs in by a link, once, and the code is in no address afterwards', async () => {
  const link = await stage.signInLink()
  await page.goto(link)
  expect(page.url()).toBe(`${stage.url}/console/sign-in/link`)
  await page.getByRole('button', { name: 'Sign in to acme-corp' }).click()
  await page.getByText('Nothing waits').waitFor()
  const cookies = await page.context().cookies()
  expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual(
    cookies.map(() => [true, 'Lax']),
  )

  const other = await openPage()
  await other.goto(link)
  await other.getByRole('button', { name: 'Sign in to acme-corp' }).click()
  await other.getByRole('alert').waitFor()
  complaints = complaints.filter((text) => !text.includes('401'))
})

it('shows a request without reload, narrows and approves it, and the waiting agent goes on', async () => {
  await signIn(page)
  await page.getByText('Nothing waits').waitFor()
  await page.evaluate(() => Object.assign(window, { here: true }))
  const task = await stage.jit.openTask({
    name: 'Tidy the exports',
    onBehalfOf: 'alice@acme-corp.com',
  })
  const whole = [
    { type: 'customer_export', actions: ['read', 'delete'], identifier: 'q4' },
  ] as const
  const asking = task
    .request([...whole], {
      resource: stage.api,
      justification: 'I want to tidy up.',
      reuse: 'task',
    })
    .catch((error: { code: string }) => error.code)

  await rows().first().waitFor()
  expect(await page.evaluate(() => 'here' in window)).toBe(true)
  await page.getByText('1 waiting').waitFor({ state: 'attached' })
  expect(await rows().first().innerText()).toContain('customer export q4')
  await rows().first().getByRole('link').click()
  expect(await page.locator('.why-box').innerText()).toContain('It may be untrue')
  await page.getByRole('checkbox', { name: 'delete' }).uncheck()
  await page.getByLabel('Each token lives at most').selectOption('60')
  await page.getByLabel('Words for the agent').fill('Reading will do.')
  await page.getByRole('button', { name: 'Approve for this task' }).click()
  await page.getByText('Approved for this task:').waitFor()

  // Less than it asked for: it is told so, and does what it may without asking again.
  expect(await asking).toBe('GRANT_NARROWED')
  expect((await task.fetch(`${stage.api}/exports/q4`)).status).toBe(200)
  expect(stage.done).toEqual(['GET /exports/q4'])
  await task.complete()
})

it('decides by keys, and no single key decides', async () => {
  await signIn(page)
  const task = await stage.jit.openTask({ name: 'Pay' })
  const paying = task.fetch(`${stage.api}/payments/inv_204`, {
    method: 'POST',
    justification: 'It is due.',
  })
  await rows().first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'asks to' }).waitFor()
  await page.keyboard.press('d')
  await page.keyboard.press('a')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('approve-once')
  expect((await stage.authority.operations.listPending({ by: { user: 'u_dana' } })).total).toBe(1)
  await page.keyboard.press('Enter')
  await page.getByText('Approved once:').waitFor()
  expect((await paying).status).toBe(200)
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.getByRole('heading', { name: 'Tasks' }).waitFor()
  await task.complete()
})

it('denies, with words that the agent reads', async () => {
  await signIn(page)
  const task = await stage.jit.openTask({ name: 'Pay' })
  const paying = task
    .fetch(`${stage.api}/payments/inv_204`, { method: 'POST', justification: 'It is due.' })
    .catch((error: { code: string; refusal?: { reason?: string } }) => error)
  await rows().first().getByRole('link').click()
  await page.getByLabel('Words for the agent').fill('Not this month.')
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.getByText('Denied:').waitFor()
  const refused = await paying
  expect(refused).toMatchObject({ code: 'DENIED' })
  expect(
    JSON.stringify(refused, Object.getOwnPropertyNames(refused)) +
      String(
        (refused as { refusal?: unknown }).refusal &&
          JSON.stringify((refused as { refusal?: unknown }).refusal),
      ),
  ).toContain('Not this month.')
  expect(stage.done).toEqual([])
  await task.complete()
})

it('revokes a live grant, and the API refuses within a second', async () => {
  await signIn(page)
  const task = await stage.jit.openTask({ name: 'Read' })
  const reading = () => task.fetch(`${stage.api}/exports/q4`, { justification: 'To read it.' })
  expect((await reading()).status).toBe(200)
  const token = await task.withToken(
    [{ type: 'customer_export', actions: ['read'], identifier: 'q5' }],
    { resource: stage.api, justification: 'To look.', reuse: 'task' },
    // Kept outside on purpose, as a thief would.
    async (secret) => [...secret],
  )
  const present = async () =>
    (
      await fetch(`${stage.api}/exports/q5`, {
        headers: { authorization: `Bearer ${token.join('')}` },
      })
    ).status
  expect(await present()).toBe(200)
  await page
    .getByRole('navigation', { name: 'Console' })
    .getByRole('link', { name: 'Grants' })
    .click()
  await page.getByRole('button', { name: 'Revoke: read customer export q5' }).click()
  const revoked = Date.now()
  await expect.poll(present, { timeout: 1_000, interval: 25 }).toBe(401)
  expect(Date.now() - revoked).toBeLessThan(1_000)
  await page
    .getByRole('button', { name: 'Revoke: read customer export q5' })
    .waitFor({ state: 'detached' })
  expect((await reading()).status).toBe(200)
  await task.complete()
})

it('does not move a list under the hand', async () => {
  await signIn(page)
  const { operations } = stage.authority
  const by = { agent: 'invoice-bot' } as const
  const { id: taskId } = await operations.openTask({ by, name: 'Many' })
  const ask = (identifier: string) =>
    operations.requestPermission({
      by,
      taskId,
      details: { type: 'payment', actions: ['initiate'], identifier },
    })
  await ask('first')
  await rows().first().hover()
  const place = await rows().first().boundingBox()
  await ask('second')
  await page.getByText('Something changed').waitFor()
  expect(await rows().count()).toBe(1)
  expect(await rows().first().boundingBox()).toEqual(place)
  await page.getByRole('heading', { name: 'Inbox' }).hover()
  await expect.poll(() => rows().count()).toBe(2)
})

it('says so when somebody was signed out elsewhere, and shows nothing new', async () => {
  await signIn(page)
  const { operations } = stage.authority
  const cookies = await page.context().cookies()
  const session = cookies.find(({ name }) => name.endsWith('-session'))?.value ?? ''
  expect(await operations.endSession({ session })).toBe(true)
  const by = { agent: 'invoice-bot' } as const
  const { id: taskId } = await operations.openTask({ by, name: 'Pay' })
  await operations.requestPermission({ by, taskId, details: { type: 'payment' } })
  await page.getByText('You are signed out').waitFor()
  expect(await rows().count()).toBe(0)
  complaints = complaints.filter((text) => !text.includes('401'))
})

it('is at ease on a phone and in the dark: nothing is wider than the screen, and axe finds nothing serious', {
  timeout: 300_000,
}, async () => {
  const task = await stage.jit.openTask({
    name: 'A task with a rather long name, as people and models write them',
  })
  await task.fetch(`${stage.api}/exports/q4`, { justification: 'To read it.' })
  const { operations } = stage.authority
  const by = { agent: 'invoice-bot' } as const
  const view = await operations.requestPermission({
    by,
    taskId: task.id,
    details: [
      {
        type: 'customer_export',
        actions: ['read', 'delete'],
        locations: [
          'https://api.acme-corp.com/v1/exports/of/a/very/long/path',
          'https://b.example',
        ],
      },
      { type: 'audit_log', actions: ['write'], note: 'x'.repeat(200) },
    ],
    justification: 'Because '.repeat(50),
  })
  const dana = { user: 'u_dana' } as const
  const other = await operations.requestPermission({
    by,
    taskId: task.id,
    details: { type: 'payment' },
  })
  await operations.approve({
    by: dana,
    requestId: other.request.id,
    agentMessage: 'Fine.',
    notes: 'as agreed',
  })
  const paths = [
    '/',
    `/?decided=${other.request.id}`,
    `/requests/${other.request.id}`,
    `/requests/${view.request.id}`,
    '/tasks',
    `/tasks/${task.id}`,
    '/grants',
    '/audit',
    '/rules',
    '/agents',
    '/webhooks',
  ]
  const looks = [
    { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
    { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
    { viewport: { width: 360, height: 740 }, colorScheme: 'light', isMobile: true, hasTouch: true },
    { viewport: { width: 360, height: 740 }, colorScheme: 'dark', isMobile: true, hasTouch: true },
  ] as const
  for (const look of looks) {
    const own = await openPage(look)
    await own.goto(await stage.signInLink())
    const found: string[] = [...(await serious(own))]
    await own.getByRole('button', { name: 'Sign in to acme-corp' }).click()
    await own.getByRole('heading', { name: 'Inbox' }).waitFor()
    for (const path of paths) {
      await own.goto(`${stage.url}/console${path}`)
      found.push(...(await serious(own)))
      const width = await own.evaluate(() => document.documentElement.scrollWidth)
      if (width > look.viewport.width) found.push(`${path} is ${width} wide`)
    }
    expect([look.colorScheme, look.viewport.width, found]).toEqual([
      look.colorScheme,
      look.viewport.width,
      [],
    ])
    await own.context().close()
  }
  await task.complete()
})

/** What axe-core finds of weight, as “path rule target”. Brought in by the test's own protocol, past the page's policy. */
const serious = async (of: Page): Promise<readonly string[]> => {
  await of.evaluate(axe.source)
  const { violations } = await of.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) =>
          `${new URL(of.url()).pathname} ${id} ${target} ${failureSummary}`,
      ),
    )
}

it('runs no script of an agent, in any field, on any page', async () => {
  await signIn(page)
  await page.evaluate(() =>
    Object.assign(window, {
      alert: () => {
        throw new Error('ran')
      },
    }),
  )
  const attack = `"><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)><a href=javascript:alert(4)>`
  const { operations } = stage.authority
  const by = { agent: 'invoice-bot' } as const
  const { id: taskId } = await operations.openTask({ by, name: attack })
  const details = {
    type: attack,
    actions: [attack, 'delete'],
    locations: [attack],
    datatypes: [attack],
    privileges: [attack],
    identifier: attack,
    [attack]: attack,
  }
  const { request } = await operations.requestPermission({
    by,
    taskId,
    details,
    justification: attack,
  })
  await rows().first().waitFor()
  for (const path of [
    '/',
    `/requests/${request.id}`,
    '/tasks',
    `/tasks/${taskId}`,
    '/audit',
    `/rules?request=${request.id}`,
  ]) {
    await go(path)
    await page.locator('h1').waitFor()
    expect(
      await page.locator('main img, main script, main svg[onload], a[href^="javascript:"]').count(),
    ).toBe(0)
    expect(await page.locator('main').innerText()).toMatch(
      path === '/audit' ? /onerror/ : /<img src=x|Rules/,
    )
  }
})

it('refuses a forged post of another site, also with the person’s cookies, and cannot be framed', async () => {
  await signIn(page)
  const { operations } = stage.authority
  const by = { agent: 'invoice-bot' } as const
  const { id: taskId } = await operations.openTask({ by, name: 'Pay' })
  const { request } = await operations.requestPermission({
    by,
    taskId,
    details: { type: 'payment', actions: ['initiate'] },
  })
  const { evil } = stage
  const answered = page.waitForResponse((response) => response.url().includes('/approve'))
  await page.goto(
    `${evil}/forge?to=${encodeURIComponent(`${stage.url}/console/requests/${request.id}/approve`)}`,
  )
  expect((await answered).status()).toBe(403)
  expect((await operations.readStatus({ by, requestId: request.id })).status).toBe('pending')

  await page.goto(`${evil}/frame?to=${encodeURIComponent(`${stage.url}/console/`)}`)
  const [, framed] = page.frames()
  expect((await framed?.content()) ?? '').not.toContain('Inbox')
  complaints = complaints.filter((text) => !/403|favicon|frame|ERR_BLOCKED_BY_RESPONSE/i.test(text))
})

it('answers nothing under a name that was rebound to this address', async () => {
  const rebound = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
  })
  try {
    const victim = await rebound.newPage()
    const answer = await victim.goto(
      `${stage.url.replace('127.0.0.1', 'evil.example')}/console/sign-in`,
    )
    expect(answer?.status()).toBe(421)
    expect(await victim.content()).not.toContain('Password')
  } finally {
    await rebound.close()
  }
})

it('would run no inline script, no handler, no style and no text as code, if there were one', async () => {
  await signIn(page)
  const ran = await page.evaluate(async () => {
    const planted = document.createElement('div')
    planted.innerHTML =
      '<button onclick="window.ran = true">x</button><p style="color: rgb(1, 2, 3)">x</p>'
    const script = document.createElement('script')
    script.textContent = 'window.ran = true'
    document.body.append(planted, script)
    planted.querySelector('button')?.click()
    // Given as text, it is compiled by the page and not by the test.
    setTimeout('window.ran = true' as unknown as () => void)
    await new Promise((done) => setTimeout(done, 50))
    const { color } = getComputedStyle(planted.querySelector('p') as Element)
    return { ran: 'ran' in window, color }
  })
  expect(ran.ran).toBe(false)
  expect(ran.color).not.toBe('rgb(1, 2, 3)')
  expect(
    complaints.filter((text) => /Content Security Policy/.test(text)).length,
  ).toBeGreaterThanOrEqual(3)
  complaints = complaints.filter((text) => !/Content Security Policy/.test(text))
})
