import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

/** Ten times what three processes take. */
const DEADLINE_MS = 120_000

async function lines(
  program: string,
  args: readonly string[] = [],
  given: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const path = fileURLToPath(new URL(`../src/${program}`, import.meta.url))
  const { OPENAI_API_KEY: _, LUMOJIT_MODEL_BASE_URL: __, ...env } = process.env
  const child = spawn(process.execPath, ['--conditions=@lumojit/source', path, ...args], {
    env: { ...env, ...given },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  const code = await new Promise((ended) => child.once('close', ended))
  expect(code, said.join('')).toBe(0)
  return said.join('').trim().split('\n')
}

it(
  'reads, summarises and saves what only the API knew',
  async () => {
    const [saved, effect, ...more] = await lines('main.ts')
    expect(saved).toMatch(
      /^Saved as sum_\w{8}: Quarterly report Q4\. Revenue grew by 12 percent\.$/,
    )
    expect(effect).toBe(
      'Acme API  summary of doc_9982: Quarterly report Q4. Revenue grew by 12 percent.',
    )
    expect(more).toEqual([])
  },
  DEADLINE_MS,
)

it(
  'pauses in one process and pays once in another',
  async () => {
    const said = await lines('two-processes.ts')
    expect(said).toEqual([
      expect.stringMatching(/^process \d+ {2}paused: payInvoice waits for jit_/),
      'Acme API  0 payments',
      'Dana  reads: initiate payment inv_204, because “Invoice inv_204 is due today”',
      'Dana  approves',
      expect.stringMatching(/^process \d+ {2}Paid 1,250\.00 EUR, receipt rcp_\w{8}\.$/),
      'Acme API  1 payments',
    ])
    expect(said[0]?.split(' ')[1]).not.toBe(said[4]?.split(' ')[1])
  },
  DEADLINE_MS,
)

it(
  'says what the person said who said no',
  async () => {
    const said = await lines('two-processes.ts', ['--deny'])
    expect(said.slice(3)).toEqual([
      'Dana  denies',
      expect.stringMatching(/ {2}I was not allowed to pay it \(DENIED\)\. Not this month\.$/),
      'Acme API  0 payments',
    ])
  },
  DEADLINE_MS,
)

it(
  'works with any server that speaks chat completions',
  async () => {
    const asked: { readonly model: string }[] = []
    const server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      asked.push(JSON.parse(text))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(completion(JSON.parse(text).messages)))
    }).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const said = await lines('main.ts', [], {
      LUMOJIT_MODEL_BASE_URL: `http://127.0.0.1:${port}/v1`,
      LUMOJIT_MODEL: 'theirs',
    })
    expect(said[0]).toMatch(/^The API says: Revenue grew by 12 percent\./)
    expect(asked.map(({ model }) => model)).toEqual(['theirs', 'theirs'])
  },
  DEADLINE_MS,
)

function completion(messages: readonly { readonly role: string; readonly content: string }[]) {
  const told = messages.find(({ role }) => role === 'tool')
  const wanted = { name: 'fetchDocument', arguments: '{"documentId":"doc_9982"}' }
  const message = told
    ? { role: 'assistant', content: `The API says: ${JSON.parse(told.content).text}` }
    : {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: wanted }],
      }
  const choices = [{ index: 0, finish_reason: told ? 'stop' : 'tool_calls', message }]
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  return { id: 'c', object: 'chat.completion', created: 1, model: 'theirs', choices, usage }
}
