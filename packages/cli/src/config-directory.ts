import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Surroundings } from './surroundings.ts'

/** Where what belongs to this person and to no project is kept. */
function configDirectory({ env }: Pick<Surroundings, 'env'>): string {
  if (env.XDG_CONFIG_HOME) return join(env.XDG_CONFIG_HOME, 'lumojit')
  if (process.platform === 'win32' && env.APPDATA) return join(env.APPDATA, 'lumojit')
  return join(env.HOME || homedir(), '.config', 'lumojit')
}

export const signInFile = (around: Pick<Surroundings, 'env'>): string =>
  join(configDirectory(around), 'sign-in.json')
