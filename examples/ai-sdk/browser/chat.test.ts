import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'

const image = new URL('../../../docs/guides/images/ai-sdk-approval.png', import.meta.url)

let browser: Browser
let server: ChildProcess
let address: string
let page: Page

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
})
afterAll(() => browser.close())

/** A chat, an authority and an API of its own for each test. */
beforeEach(async () => {
  const program = fileURLToPath(new URL('../src/chat.ts', import.meta.url))
  const { OPENAI_API_KEY: _, LUMOJIT_MODEL_BASE_URL: __, ...env } = process.env
  server = spawn(process.execPath, ['--conditions=@lumojit/source', program], {
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: server.stdout as NonNullable<typeof server.stdout> })
  const [line] = (await once(lines, 'line')) as [string]
  address = line.replace(/^chat +/, '')
  page = await browser.newPage({ viewport: { width: 720, height: 620 } })
  onTestFinished(async () => {
    await page.close()
    server.kill('SIGTERM')
    await once(server, 'close')
  })
  await page.goto(address)
  await page.getByRole('button', { name: 'Send' }).click()
  await card().waitFor()
})

const card = () => page.getByRole('region', { name: 'payInvoice waits' })
const asked = () => page.getByRole('heading', { name: 'Needs an approval' }).count()
const done = async () => (await (await fetch(`${address}done`)).json()) as readonly string[]

async function decide(decision: 'Approve' | 'Deny') {
  const desk = await browser.newPage()
  await desk.goto(`${address}desk`)
  expect(await desk.locator('form').count()).toBe(1)
  expect(await desk.locator('form').innerText()).toContain('initiate payment inv_204')
  await desk.getByRole('button', { name: decision }).click()
  await desk.getByText('Nothing waits.').waitFor()
  await desk.close()
}

it('pause:native — the wait is a card of the chat, and goes on after the yes', async () => {
  expect(await card().innerText()).toContain('{"invoice":"inv_204"}')
  expect(await done()).toEqual([])
  await page.screenshot({ path: fileURLToPath(image) })

  await decide('Approve')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText(/^Paid 1,250\.00 EUR, receipt rcp_\w{8}\.$/).waitFor()
  expect(await asked()).toBe(0)
  expect(await done()).toEqual(['payment of inv_204'])
})

it('pause:resume-is-only-a-wake-up — “Continue” before anybody decided grants nothing, and the card asks again', async () => {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/chat'))
  await page.getByRole('button', { name: 'Continue' }).click()
  await (await answered).finished()
  await card().waitFor()
  expect(await done()).toEqual([])

  await decide('Approve')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText(/^Paid /).waitFor()
  expect(await done()).toEqual(['payment of inv_204'])
})

it('refuse:not-asked-again-in-task — a no of the approver is told in the card and by the model', async () => {
  await decide('Deny')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('I was not allowed to pay it (DENIED). Not this month.').waitFor()
  expect(await page.getByRole('region', { name: 'payInvoice' }).innerText()).toContain(
    'DENIED: Not this month.',
  )
  expect(await done()).toEqual([])
})

it('pause:abandoned-is-cancelled — who forgets it, or asks for something else, leaves nothing on anybody’s desk', async () => {
  await page.getByRole('button', { name: 'Forget it' }).click()
  await page.getByRole('region', { name: 'payInvoice' }).getByText('forgotten').waitFor()
  await page.getByRole('textbox', { name: 'Message' }).fill('Pay it after all.')
  await page.getByRole('button', { name: 'Send' }).click()
  await card().waitFor()
  await page.getByRole('textbox', { name: 'Message' }).fill('Once more.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect.poll(() => asked()).toBe(1)
  await decide('Deny')
  expect(await done()).toEqual([])
})
