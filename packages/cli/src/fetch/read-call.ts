import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { JitRequestInit } from '@lumojit/core'
import { exits } from '../exits.ts'
import { Fault } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'

export interface CallOptions {
  readonly method?: string
  readonly header: readonly string[]
  readonly data?: string
  readonly justification?: string
  readonly wait?: number
}

/** What to send, out of the command line. As curl has it: data makes it a POST, and `@file` is the bytes of a file. */
export function readCall(options: CallOptions, { cwd, stop }: Surroundings): JitRequestInit {
  const { data, justification, wait } = options
  const headers = new Headers(options.header.map(readHeader))
  const body = data?.startsWith('@') ? readBytes(resolve(cwd, data.slice(1)), data) : data
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', kindOf(body))
  return {
    method: (options.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase(),
    headers,
    ...(body !== undefined && { body: body as BodyInit }),
    ...(justification !== undefined && { justification }),
    ...(wait !== undefined && { waitMs: wait * 1000 }),
    signal: stop,
  }
}

function readHeader(line: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n]*)$/.exec(line) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  throw usage(`${JSON.stringify(line)} is no header.`, "Write it as --header 'Name: value'.")
}

function readBytes(path: string, data: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch {
    throw usage(
      `The file of --data ${data} cannot be read.`,
      'See that it exists and is yours to read.',
    )
  }
}

function kindOf(body: string | Uint8Array): string {
  if (typeof body !== 'string') return 'application/octet-stream'
  try {
    JSON.parse(body)
    return 'application/json'
  } catch {
    return 'application/x-www-form-urlencoded'
  }
}

const usage = (message: string, fix: string) => new Fault('USAGE', message, fix, exits.usage)
