import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

/** Ten times what three processes take. */
const DEADLINE_MS = 120_000

async function lines(
  args: readonly string[] = [],
  given: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const path = fileURLToPath(new URL('../src/main.ts', import.meta.url))
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
  'an agent pauses in one process and pays once in another',
  async () => {
    const said = await lines()
    expect(said).toEqual([
      expect.stringMatching(/^process \d+ {2}paused: pay-invoice waits for jit_/),
      'Acme API  nothing',
      'Dana  reads: initiate payment inv_204 for alice@acme-corp.com, because “Invoice inv_204 is due today”',
      'Dana  approves',
      expect.stringMatching(/^process \d+ {2}Paid 1,250\.00 EUR, receipt rcp_\w{8}\.$/),
      'Acme API  payment of inv_204',
    ])
    expect(said[0]?.split(' ')[1]).not.toBe(said[4]?.split(' ')[1])
  },
  DEADLINE_MS,
)

it(
  'says what the person said who said no',
  async () => {
    expect((await lines(['--deny'])).slice(3)).toEqual([
      'Dana  denies',
      expect.stringMatching(/ {2}I was not allowed to pay it \(DENIED\)\. Not this month\.$/),
      'Acme API  nothing',
    ])
  },
  DEADLINE_MS,
)

it(
  'a workflow does the step that waits and the one beside it once',
  async () => {
    const said = await lines(['--workflow'])
    expect(said).toEqual([
      expect.stringMatching(/^process \d+ {2}paused: pay waits for jit_/),
      'Acme API  summary of doc_9982: inv_204 goes out today',
      expect.stringMatching(/^Dana {2}reads: initiate payment inv_204 for alice@acme-corp\.com, /),
      'Dana  approves',
      expect.stringMatching(/^process \d+ {2}Paid, receipt rcp_\w{8}\.$/),
      'Acme API  summary of doc_9982: inv_204 goes out today, payment of inv_204',
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
      const body = JSON.parse(text)
      asked.push(body)
      const message = { role: 'assistant', content: 'Nothing is due.' }
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
      const head = { id: 'c', created: 1, model: 'theirs' }
      if (!body.stream) {
        const choices = [{ index: 0, finish_reason: 'stop', message }]
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }))
        return
      }
      response.setHeader('content-type', 'text/event-stream')
      const chunks = [
        { delta: message, finish_reason: null },
        { delta: {}, finish_reason: 'stop' },
      ].map((choice) => ({
        ...head,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, ...choice }],
      }))
      for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
      response.end('data: [DONE]\n\n')
    }).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const said = await lines([], {
      LUMOJIT_MODEL_BASE_URL: `http://127.0.0.1:${port}/v1`,
      LUMOJIT_MODEL: 'theirs',
    })
    expect(said[0]).toMatch(/^process \d+ {2}Nothing is due\.$/)
    expect(asked[0]?.model).toBe('theirs')
  },
  DEADLINE_MS,
)
