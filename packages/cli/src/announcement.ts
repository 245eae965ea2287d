import { type Environment, exportLines } from './environment.ts'

/** What `lumojit dev` serves, as `--json` prints it. */
export interface Announced {
  readonly url: string
  readonly issuer: string
  readonly organization: string
  readonly seed: string
  /** Written just now, since there was none. */
  readonly seedMade: boolean
  readonly database: string
  /** The pages for people. The link signs its user in once, within ten minutes. */
  readonly console: {
    readonly url: string
    readonly user?: string
    readonly signInLink?: string
    /** The user can sign in at the command, too. */
    readonly hasPassword?: boolean
  }
  /** Audiences, as guards name them. Empty: any. */
  readonly resources: readonly string[]
  readonly agents: readonly { readonly id: string; readonly environment: Environment }[]
  readonly approver?: { readonly user: string; readonly token: string; readonly expiresIn: number }
}

/** The same for a person, ready to be copied. */
export function announcement(served: Announced): string {
  const { url, issuer, organization, seed, seedMade, database, resources, agents, approver } =
    served
  const parts = [
    `lumojit serves ${organization} at ${url}\n\n` +
      `  console    ${served.console.url}\n` +
      `  issuer     ${issuer}\n` +
      `  seed       ${seed}${seedMade ? ' (written just now)' : ''}\n` +
      `  database   ${database}\n` +
      `  resources  ${resources.join(', ') || 'any'}\n`,
    ...signingIn(served.console),
    ...agents.map(({ id, environment }) => {
      const unknown = environment.AGENT_CLIENT_SECRET === undefined
      return (
        `For agent ${id}:\n\n${exportLines(environment)}` +
        (unknown
          ? '  # AGENT_CLIENT_SECRET: as it was printed when the agent was made; `lumojit agent rotate` gives another\n'
          : '')
      )
    }),
    ...(agents.length === 0 ? ['No agent yet: `lumojit agent create NAME` adds one.\n'] : []),
    `For the API:\n\n  createGuard({ issuer: '${issuer}', audience: '${resources[0] ?? 'https://your.api'}' })\n`,
    ...(approver ? [deciding(issuer, approver)] : []),
    'Ctrl-C stops it.\n',
  ]
  return parts.join('\n')
}

function signingIn({ user, signInLink, hasPassword }: Announced['console']): readonly string[] {
  return user === undefined || signInLink === undefined
    ? ['Nobody may decide yet: give a user in the seed file `rights: [jit.approve]`.\n']
    : [
        `To decide in the console as ${user}; the link works once, for ten minutes:\n\n  ${signInLink}\n`,
        hasPassword
          ? `Or at the command: lumojit sign-in --user ${user}\n`
          : `To decide at the command: \`lumojit user password ${user}\`, then start this again.\n`,
      ]
}

function deciding(url: string, { user, token, expiresIn }: NonNullable<Announced['approver']>) {
  return (
    `To decide as ${user} at the command, for ${Math.round(expiresIn / 60)} minutes:\n\n` +
    exportLines({ LUMOJIT_URL: url, LUMOJIT_TOKEN: token }) +
    '  lumojit pending\n  lumojit approve REQUEST_ID\n'
  )
}
