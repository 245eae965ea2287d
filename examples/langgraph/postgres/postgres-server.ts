import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PostgresServer {
  readonly url: string
  close(): Promise<void>
}

/** A PostgreSQL of its own, empty, on a free port of this machine. Its programs are in this directory. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'postgres-'))
  const user = unprivileged()
  if (user) await chown(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const own = { cwd: directory, env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' }, ...user }
  const asks = ['--auth=trust', '--username=clerk', '--encoding=UTF8', '--no-sync']
  execFileSync(join(bin, 'initdb'), [...asks, '-D', data], { ...own, stdio: 'pipe' })
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])],
    { ...own, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const gone = once(server, 'close')
  const close = async () => {
    // Fast shutdown: whoever is connected is cut off.
    server.kill('SIGINT')
    await gone
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await ready(server)
  } catch (error) {
    await close()
    throw error
  }
  return { url: `postgresql://clerk@127.0.0.1:${port}/postgres`, close }
}

/** It refuses to run as root, so root runs it as somebody else. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (what: string) => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('database system is ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('close', () => reject(new Error(`PostgreSQL ended: ${said}`)))
  })
}
