import { type RunningAuthority, serveAuthority } from '@lumojit/authority/node'
import type { SeedOptions } from '@lumojit/authority/seed'
import type { SqliteStore } from '@lumojit/authority/sqlite'
import { type Console, type ConsoleUrls, consoleUrls, createConsole } from '@lumojit/console'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'

export interface Served extends RunningAuthority {
  /** Where people go. */
  readonly urls: ConsoleUrls
}

/** An authority, and the console where people decide. Throws `ADDRESS_UNUSABLE` where it cannot listen. */
export async function serveWithConsole(
  seed: SeedOptions,
  store: SqliteStore,
  at: { readonly port: number; readonly host: string },
): Promise<Served> {
  let urls: ConsoleUrls | undefined
  let desk: Console | undefined
  const running = await listening(
    () =>
      serveAuthority(
        { ...seed, store, approvalUri: ({ requestId }) => urls?.request(requestId) ?? '' },
        {
          ...at,
          mount: (authority) => {
            urls = consoleUrls(authority.url)
            const made = createConsole({ authority })
            desk = made
            return (request) => made.fetch(request)
          },
        },
      ),
    at,
  )
  return {
    ...running,
    urls: urls ?? consoleUrls(running.url),
    close: () => {
      desk?.close()
      return running.close()
    },
  }
}

async function listening<T>(
  serve: () => Promise<T>,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<T> {
  try {
    return await serve()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    const message = `${host}:${port} cannot be listened on (${code}).`
    const fix = 'Stop what listens there, or choose another with --port; 0 takes any free one.'
    throw new Fault('ADDRESS_UNUSABLE', message, fix, exits.address, error)
  }
}

export const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
