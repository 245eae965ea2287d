import { InvalidArgumentError, Option } from 'commander'

/** Options that several commands take, worded once. */
export const jsonOption = () => new Option('--json', 'print JSON lines, for programs')

export const seedOption = () =>
  new Option('-s, --seed <file>', 'seed file, YAML or JSON').default('lumojit.yaml')

export const portOption = () =>
  new Option('-p, --port <number>', 'port; 0 takes any free one').argParser(readPort).default(4000)

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a whole number up to 65535.')
}

/** Seconds, out of `90`, `90s` or `10m`. */
export function readTtl(text: string): number {
  const [, count, unit] = /^(\d{1,5})(s|m)?$/.exec(text) ?? []
  const seconds = Number(count) * (unit === 'm' ? 60 : 1)
  if (seconds > 0) return seconds
  throw new InvalidArgumentError('A time is 90s or 10m.')
}
