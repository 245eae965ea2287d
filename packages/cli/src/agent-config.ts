import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { Reading, valuesOf } from '@lumojit/authority/seed'
import type { JitOptions, LumoAuthOptions } from '@lumojit/core'
import type { GatewayOptions, OpenApiOptions } from '@lumojit/mcp'
import type { Resource } from '@lumojit/protocol'
import { Option } from 'commander'
import { readAgentConfig } from './agent-config-members.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import type { Surroundings } from './surroundings.ts'

/** The agent's side of a command: who asks, whom, for which APIs. */
export interface AgentConfig {
  readonly authority: LumoAuthOptions
  readonly resources: readonly [Resource, ...Resource[]]
  readonly onBehalfOf?: string
  readonly taskName?: string
  readonly pending?: NonNullable<GatewayOptions['pending']>
  readonly maxBlockMs?: number
  readonly ttlSeconds?: number
  readonly budget?: NonNullable<JitOptions['budget']>
  readonly gateway?: GatewayConfig
  readonly openapi?: Pick<OpenApiOptions, 'baseUrl' | 'include' | 'exclude' | 'prefix' | 'maxTools'>
}

export interface GatewayConfig {
  readonly name?: string
  readonly instructions?: string
  readonly idleMs?: number
  readonly parkMs?: number
  readonly hosts?: readonly string[]
  readonly origins?: readonly string[]
  readonly auth?: GatewayAuthConfig
}

/** Either tokens of an authority, or tokens that were given to a few programs. */
export interface GatewayAuthConfig {
  readonly resource: string
  readonly issuer?: string
  readonly clients?: readonly { readonly id: string; readonly token: string }[]
}

export const configOption = () =>
  new Option('-c, --config <file>', "the agent's settings, JSON or YAML").default('lumojit.json')

/** Reads the file; secrets come from the environment or from files of their own. Every problem is named with its line. */
export function needAgentConfig(file: string, around: Surroundings): AgentConfig {
  const path = resolve(around.cwd, file)
  const reading = new Reading(readText(path, file))
  const secrets = {
    env: (name: string) => around.env[name] || undefined,
    file: (name: string) => readSecret(resolve(dirname(path), name)),
  }
  const config =
    reading.problems.length === 0 ? readAgentConfig(reading, valuesOf(reading), secrets) : undefined
  if (config !== undefined && reading.problems.length === 0) return config
  const lines = reading.problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .map(({ line, column, path: at, message }) => {
      const where = `${basename(path)}:${line}:${column}`
      return `${where} ${at === '' ? '' : `${at}: `}${message}`
    })
  throw new Fault(
    'CONFIG_INVALID',
    lines.join('\n'),
    'Mend the lines named; the JSON Schema beside this command lists every member.',
    exits.configuration,
  )
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Fault(
      missing ? 'CONFIG_MISSING' : 'CONFIG_INVALID',
      missing ? `There is no ${file}.` : `${file} cannot be read.`,
      missing
        ? 'Write one with at least { "resources": ["https://api.example.com"] }, or name yours with --config.'
        : 'See that it is a file, and yours to read.',
      exits.configuration,
      error,
    )
  }
}

/** Undefined where there is none that can be read. */
function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
