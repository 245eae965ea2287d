import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Secret } from '@lumojit/protocol'
import { exits } from '../exits.ts'
import { Fault } from '../fault.ts'
import { inertLines } from '../output/inert.ts'
import type { Surroundings } from '../surroundings.ts'
import { hideInText, hideTokens } from './hide-tokens.ts'

interface Shown {
  readonly json?: boolean
  readonly output?: string
  readonly tokens: () => Iterable<Secret>
}

const TEXT =
  /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript|jsonl|yaml)\b)|charset=/i

/** The body, as it comes, to stdout or a file; with `json` all of it in one line. No token of this call is in it. */
export async function showAnswer(
  response: Response,
  { json, output, tokens }: Shown,
  around: Surroundings,
): Promise<void> {
  const body = hideTokens(response.body ?? empty(), tokens)
  if (output !== undefined) return save(body, output, around)
  if (json) return around.write(`${JSON.stringify(await asLine(response, body, tokens))}\n`)
  if (!around.terminal.out) {
    for await (const chunk of body) around.write(chunk)
    return
  }
  const kind = response.headers.get('content-type') ?? 'text/plain'
  if (!TEXT.test(kind)) {
    let size = 0
    for await (const { length } of body) size += length
    around.complain(
      `${size} bytes of ${inertLines(kind)} are nothing for a terminal: name a file with --output.\n`,
    )
    return
  }
  const decoder = new TextDecoder()
  let last = '\n'
  for await (const chunk of body) {
    const text = inertLines(decoder.decode(chunk, { stream: true }))
    if (text) last = text
    around.write(text)
  }
  if (!last.endsWith('\n')) around.write('\n')
}

async function asLine(
  { status, headers }: Response,
  body: AsyncIterable<Uint8Array>,
  tokens: () => Iterable<Secret>,
) {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const text = bytes.toString()
  const isText = Buffer.from(text).equals(bytes)
  return {
    type: 'response',
    status,
    headers: Object.fromEntries(
      [...headers].map(([name, value]) => [name, hideInText(value, tokens())]),
    ),
    ...(isText ? { body: text } : { bodyBase64: bytes.toString('base64') }),
  }
}

async function save(body: AsyncIterable<Uint8Array>, output: string, { cwd }: Surroundings) {
  try {
    const file = await open(resolve(cwd, output), 'w')
    try {
      for await (const chunk of body) await file.write(chunk)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new Fault(
      'OUTPUT_UNUSABLE',
      `${output} cannot be written.`,
      'See that its directory exists and is yours to write.',
      exits.configuration,
      cause,
    )
  }
}

async function* empty(): AsyncGenerator<Uint8Array> {}
