import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

const DEADLINE_MS = 120_000
const MODELS = ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'OPENAI_API_KEY', 'LUMOJIT_MODEL_BASE_URL']

async function run(
  program: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
) {
  const file = fileURLToPath(new URL(`../src/${program}`, import.meta.url))
  const own = Object.entries(process.env).filter(([name]) => !MODELS.includes(name))
  const child = spawn(process.execPath, ['--conditions=@lumojit/source', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(own), ...env },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
    })
  }
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code, printed).toBe(0)
  return printed.trim().split('\n')
}

it(
  'fetches, summarises and reports, by what the API gave it',
  async () => {
    expect(await run('main.ts')).toEqual([
      expect.stringMatching(
        /^Quarterly report Q4: Revenue grew by 12 percent\. Report "Q4 Analysis" is rep_\w+\.$/,
      ),
    ])
  },
  DEADLINE_MS,
)

it(
  'pauses in one process, which is killed, and pays once in another',
  async () => {
    const lines = await run('two-processes.ts')
    expect(lines).toEqual([
      expect.stringMatching(/^process \d+ {2}paused: pay_invoice waits for jit_/),
      expect.stringMatching(/^process \d+ {2}ended by SIGKILL$/),
      'Acme API  0 payments',
      'Dana  approves',
      expect.stringMatching(/^process \d+ {2}Paid inv_204: 1,250\.00 EUR, receipt rcp_/),
      'Acme API  1 payments',
    ])
    expect(lines[0]?.split(' ')[1]).not.toBe(lines[4]?.split(' ')[1])
  },
  DEADLINE_MS,
)

it(
  'says so when the person said no',
  async () => {
    const lines = await run('two-processes.ts', ['--deny'])
    expect(lines.slice(3)).toEqual([
      'Dana  denies',
      expect.stringMatching(/I was not allowed to pay \(DENIED\)\. Not this month\.$/),
      'Acme API  0 payments',
    ])
  },
  DEADLINE_MS,
)

it(
  'runs with any server that speaks chat completions',
  async () => {
    const asked: { readonly model: string; readonly tools: readonly unknown[] }[] = []
    const server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      const body = JSON.parse(text)
      asked.push(body)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answerTo(body.messages)))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const lines = await run('main.ts', [], {
      LUMOJIT_MODEL_BASE_URL: `http://127.0.0.1:${port}/v1`,
      LUMOJIT_MODEL: 'a-model-of-theirs',
    })
    // Said by the API to the tool, and nowhere else.
    expect(lines[0]).toBe('It says: Revenue grew by 12 percent. Invoice inv_204 is due today.')
    expect(asked.map(({ model }) => model)).toEqual(['a-model-of-theirs', 'a-model-of-theirs'])
    expect(asked[0]?.tools[0]).toMatchObject({
      type: 'function',
      function: {
        name: 'fetch_document',
        parameters: { type: 'object', properties: { document_id: { type: 'string' } } },
      },
    })
  },
  DEADLINE_MS,
)

function answerTo(messages: readonly { role: string; content: string }[]) {
  const result = messages.find(({ role }) => role === 'tool')
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'fetch_document', arguments: '{"document_id":"doc_9982"}' },
  }
  const message = result
    ? { role: 'assistant', content: `It says: ${JSON.parse(result.content).text}` }
    : { role: 'assistant', content: null, tool_calls: [call] }
  return { choices: [{ index: 0, finish_reason: result ? 'stop' : 'tool_calls', message }] }
}
