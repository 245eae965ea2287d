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
