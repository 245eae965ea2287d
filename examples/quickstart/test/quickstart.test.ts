import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

/** Runs the demo as a person would; `until` sees every line and may interrupt it. */
async function run(
  options: readonly string[],
  until: (line: string, interrupt: () => void) => void = () => {},
) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@lumojit/source', main, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const lines: string[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const whole = (rest + chunk).split('\n')
    rest = whole.pop() ?? ''
    for (const line of whole) {
      lines.push(line)
      until(line, () => child.kill('SIGINT'))
    }
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, lines }
}

it('runs to the end, and nothing that was issued works any more', async () => {
  const { code, lines } = await run(['--json'])
  const records = lines.map((line) => JSON.parse(line))
  const summary = records.at(-1)
  expect(code).toBe(0)
  expect(summary).toMatchObject({ type: 'summary', calls: 6, requests: 4, tokensAliveAfter: 0 })
  expect(summary.tokensAliveDuring).toBe(summary.tokensIssued)
  // Denied once, tried twice, asked once.
  expect(records.filter(({ type }) => type === 'request-denied')).toHaveLength(1)
  expect(records.filter(({ type }) => type === 'refused')).toHaveLength(2)
})

it('is read by people without colour where nobody looks', async () => {
  const { code, lines } = await run([])
  expect(code).toBe(0)
  expect(lines.join('\n')).not.toContain('\u001b')
  expect(lines.at(-1)).toMatch(/^6 calls · 4 permissions asked for · .* 0 alive now$/)
})

it('end:revokes-all — Ctrl-C while a person is waited for gives everything back and exits 130', async () => {
  const { code, lines } = await run(['--nobody'], (line, interrupt) => {
    if (line.includes('wants a person to decide')) interrupt()
  })
  expect(code).toBe(130)
  expect(lines.at(-1)).toMatch(/auditor\s+0 alive\s+presents \d+ tokens/)
})
