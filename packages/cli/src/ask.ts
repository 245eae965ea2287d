import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** Asks on stderr, so that stdout stays results alone. What is typed hidden is not echoed. */
export async function ask(
  question: string,
  { hidden = false }: { readonly hidden?: boolean } = {},
): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  process.stderr.write(question)
  const echo = new Writable({
    write(chunk, _, done) {
      if (!hidden) process.stderr.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true })
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(undefined))
      lines.once('SIGINT', () => resolve(undefined))
    })
  } finally {
    lines.close()
    if (hidden) process.stderr.write('\n')
  }
}
