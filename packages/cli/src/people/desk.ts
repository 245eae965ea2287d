import { exits } from '../exits.ts'
import { Fault } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'
import { answerOf } from './answer.ts'
import { keptSignIn } from './kept.ts'
import { type Place, type PlaceOptions, placeOf } from './place.ts'

const PATIENCE_MS = 30_000

/** What a person does at the authority, over HTTP as that person. */
export interface Desk {
  readonly place: Place
  get<T>(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<T>
  post<T>(path: string, body?: object): Promise<T>
  /** The answer as it comes, for long ones. */
  stream(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<Response>
}

/** As whoever is signed in there, or by LUMOJIT_TOKEN. Throws `NOT_SIGNED_IN`. */
export function openDesk(options: PlaceOptions, around: Surroundings): Desk {
  const place = placeOf(options, around)
  const { token } = { token: around.env.LUMOJIT_TOKEN || live(place, around) }
  if (!token) {
    throw new Fault(
      'NOT_SIGNED_IN',
      `Nobody is signed in at ${place.host} (${place.org}).`,
      'Run `lumojit sign-in`, with --url and --org where they differ; or set LUMOJIT_TOKEN.',
      exits.unauthorized,
    )
  }
  const send = (path: string, init: RequestInit = {}, query: object = {}) =>
    callAuthority(place, path, { ...init, query, token }, around)
  return {
    place,
    get: async <T>(path: string, query = {}) => (await (await send(path, {}, query)).json()) as T,
    post: async <T>(path: string, body: object = {}) =>
      (await (await send(path, { method: 'POST', body: JSON.stringify(body) })).json()) as T,
    stream: (path, query = {}) => send(path, {}, query),
  }
}

function live(place: Place, around: Surroundings): string | undefined {
  const kept = keptSignIn(place.base, around)
  return kept && kept.expiresAt > around.now() ? kept.token : undefined
}

interface Sent extends RequestInit {
  readonly token?: string
  readonly query?: object
}

/** Resolves with a good answer; every other one is a fault in words. */
export async function callAuthority(
  place: Place,
  path: string,
  { token, query = {}, ...init }: Sent,
  { stop }: Pick<Surroundings, 'stop'>,
): Promise<Response> {
  const url = new URL(`${place.base}${path}`)
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value))
  const headers = new Headers({ accept: 'application/json' })
  if (init.body !== undefined) headers.set('content-type', 'application/json')
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)])
  let response: Response
  try {
    response = await fetch(url, { ...init, headers, redirect: 'manual', signal })
  } catch (cause) {
    if (stop.aborted)
      throw new Fault('INTERRUPTED', 'Broken off.', 'Run it again.', exits.interrupted)
    const { code } = ((cause as Error).cause ?? {}) as NodeJS.ErrnoException
    const why = code ? ` (${code})` : ''
    throw new Fault(
      'AUTHORITY_UNREACHABLE',
      `The authority at ${place.host} does not answer${why}.`,
      'Start it (`lumojit dev`), or name yours with --url.',
      exits.unreachable,
      cause,
    )
  }
  return answerOf(response, place)
}
