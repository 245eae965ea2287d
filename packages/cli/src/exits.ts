/** How a command ends; scripts may rely on these numbers. */
export const exits = {
  done: 0,
  unexpected: 1,
  usage: 2,
  configuration: 3,
  address: 4,
} as const

const MEANINGS: Readonly<Record<keyof typeof exits, string>> = {
  done: 'done, or stopped as asked',
  unexpected: 'unexpected: a defect',
  usage: 'the command line cannot be understood',
  configuration: 'a file or setting cannot be used, or says otherwise',
  address: 'the address cannot be listened on',
}

/** For `--help`. */
export const exitHelp = (): string =>
  `Exit codes:\n${Object.entries(exits)
    .map(([name, code]) => `  ${code}  ${MEANINGS[name as keyof typeof exits]}`)
    .join('\n')}`
