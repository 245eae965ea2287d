import type { RunningAuthority } from '@lumojit/authority/node'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'

/** Throws `ADDRESS_UNUSABLE` where the address cannot be listened on. */
export async function listening(
  serve: () => Promise<RunningAuthority>,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<RunningAuthority> {
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
