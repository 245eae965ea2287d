import type { Command } from 'commander'
import { signInFile } from './config-directory.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { inert } from './output/inert.ts'
import { span } from './output/span.ts'
import { callAuthority, openDesk } from './people/desk.ts'
import { forget, keep } from './people/kept.ts'
import { asPerson } from './people/page.ts'
import { type PlaceOptions, placeOf } from './people/place.ts'
import type { Surroundings } from './surroundings.ts'

interface SignInCommand extends PlaceOptions {
  readonly user?: string
  readonly passwordStdin?: boolean
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  asPerson(
    program
      .command('sign-in')
      .helpGroup('People:')
      .summary('sign in, to decide and to see')
      .description(
        `Signs you in at an authority and keeps your token for it in ${signInFile(around)}, which only you can read. The token goes to that authority and to no other.`,
      )
      .option('-u, --user <id or e-mail>', 'who you are; asked for where it is left out')
      .option('--password-stdin', 'read the password from stdin'),
    'lumojit sign-in --user u_you',
    'lumojit sign-in --url https://authority.acme-corp.com/orgs/acme-corp/api/v1',
    'pass show lumojit | lumojit sign-in --user u_you --password-stdin',
  ).action((options) => signIn(options, around))
  asPerson(
    program
      .command('sign-out')
      .helpGroup('People:')
      .summary('end your sign-in')
      .description('Ends your token at the authority, and forgets it here.'),
    'lumojit sign-out',
  ).action((options) => signOut(options, around))
}

async function signIn(command: SignInCommand, around: Surroundings): Promise<void> {
  const place = placeOf(command, around)
  const user = command.user ?? (await around.ask(`User at ${place.host} (${place.org}): `))
  const password = command.passwordStdin
    ? (await around.readAll()).replace(/\r?\n$/, '')
    : await around.ask('Password: ', { hidden: true })
  if (!user || !password) {
    const fix = 'Give --user, and the password at a terminal or by --password-stdin.'
    throw new Fault('USAGE', 'There is nobody to ask for user and password.', fix, exits.usage)
  }
  const body = JSON.stringify({ user, password })
  const response = await callAuthority(place, '/jit/sign-in', { method: 'POST', body }, around)
  const signed = (await response.json()) as SignedIn
  const expiresAt = around.now() + signed.expires_in * 1000
  keep(place.base, { user: signed.user.id, token: signed.access_token, expiresAt }, around)
  const { id, email, rights } = signed.user
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'signed-in', url: place.base, user: id, email, rights, expiresAt: new Date(expiresAt).toISOString() })}\n`
      : `Signed in as ${inert(id)} at ${place.host} (${place.org}) for ${span(signed.expires_in * 1000)}: ${rights.map(inert).join(', ') || 'without any right'}.\n`,
  )
}

interface SignedIn {
  readonly access_token: string
  readonly expires_in: number
  readonly user: { readonly id: string; readonly email: string; readonly rights: readonly string[] }
}

async function signOut(command: SignInCommand, around: Surroundings): Promise<void> {
  const { place, post } = openDesk(command, around)
  try {
    await post('/jit/sign-out')
  } finally {
    // Whatever the authority says of it, it is of no use here any more.
    forget(place.base, around)
  }
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'signed-out', url: place.base })}\n`
      : `Signed out at ${place.host} (${place.org}).\n`,
  )
}
