import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { Reading, valuesOf } from '@lumojit/authority/seed'
import { Option } from 'commander'
import { type AgentConfig, readAgentConfig } from './agent-config-members.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import type { Surroundings } from './surroundings.ts'

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
