/** Draws the pictures of the documents anew: `node --conditions=@lumojit/source packages/console/browser/screenshots.ts`. */
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { playScene } from './scene.ts'
import { openStage } from './stage.ts'

const images = new URL('../../../docs/guides/images/', import.meta.url)
const LOOKS = {
  light: { viewport: { width: 1120, height: 720 }, colorScheme: 'light' },
  dark: { viewport: { width: 1120, height: 720 }, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 720 }, colorScheme: 'light' },
} as const

const stage = await openStage()
let browser: Browser | undefined
try {
  const { requestId, taskId } = await playScene(stage)
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const pages = {
    inbox: '/',
    decide: `/requests/${requestId}`,
    tasks: '/tasks',
    task: `/tasks/${taskId}`,
    grants: '/grants',
    audit: '/audit',
    rules: '/rules',
    agents: '/agents',
  }
  for (const [look, options] of Object.entries(LOOKS)) {
    const page = await (await browser.newContext(options)).newPage()
    const shoot = async (name: string) => {
      const file = look === 'light' ? `console-${name}.png` : `console-${name}-${look}.png`
      await page.screenshot({ path: fileURLToPath(new URL(file, images)) })
    }
    await page.goto(await stage.signInLink())
    await shoot('sign-in')
    await page.getByRole('button', { name: 'Sign in to acme-corp' }).click()
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${stage.url}/console${path}`)
      await page.locator('h1').waitFor()
      await shoot(name)
    }
  }
} finally {
  await browser?.close()
  await stage.close()
}
