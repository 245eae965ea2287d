import { hashSecret } from '@lumojit/authority/seed'
import { newSecret } from './new-secret.ts'
import { starter, withAgent } from './seed-edit.ts'
import { findSeed, needSeed, type SeedFile, writeSeed } from './seed-file.ts'

export interface StartingSeed {
  readonly file: SeedFile
  /** Of the agent of a seed that was made just now; told this once. */
  readonly made?: { readonly agentId: string; readonly secret: string }
}

const FIRST_AGENT = 'my-agent'

/** The seed file, or where there is none a first one: one organization, one person, one agent. */
export async function seedOrFirst(path: string): Promise<StartingSeed> {
  const found = findSeed(path)
  if (found) return { file: found }
  const secret = newSecret()
  const agent = { id: FIRST_AGENT, secret_hash: await hashSecret(secret) }
  writeSeed(path, withAgent(starter('dev'), agent))
  return { file: needSeed(path), made: { agentId: FIRST_AGENT, secret } }
}
