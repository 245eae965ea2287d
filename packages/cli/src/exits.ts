/** How a command ends; scripts may rely on these numbers. */
export const exits = {
  done: 0,
  unexpected: 1,
  usage: 2,
  configuration: 3,
  address: 4,
  unreachable: 5,
  unauthorized: 6,
  refused: 7,
  unsound: 8,
  answered: 9,
  interrupted: 130,
} as const

const MEANINGS: Readonly<Record<keyof typeof exits, string>> = {
  done: 'done, or stopped as asked',
  unexpected: 'unexpected: a defect',
  usage: 'the command line cannot be understood',
  configuration: 'a file or setting cannot be used, or says otherwise',
  address: 'the address cannot be listened on',
  unreachable: 'the authority or the API cannot be reached',
  unauthorized: 'not signed in, not allowed, or a secret that is not accepted',
  refused: 'no: denied, revoked, nobody decided in time, or decided already',
  unsound: 'doctor found a fault, or the audit is not whole',
  answered: 'fetch: the API answered 4xx or 5xx',
  interrupted: 'fetch: broken off with Ctrl-C',
}

/** For `--help`. */
export const exitHelp = (): string =>
  `Exit codes:\n${Object.entries(exits)
    .map(([name, code]) => `  ${`${code}`.padEnd(4)} ${MEANINGS[name as keyof typeof exits]}`)
    .join('\n')}`
