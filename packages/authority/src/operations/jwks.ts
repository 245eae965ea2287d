import type { JSONWebKeySet } from 'jose'
import type { Context } from '../context.ts'

/** RFC 7517: the public keys. */
export const jwks = async (context: Context): Promise<JSONWebKeySet> =>
  (await context.keyring.load()).published
