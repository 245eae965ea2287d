import { join } from 'node:path'
import type { Will } from '../human.ts'
import { must, type Part, type Piece } from '../piece.ts'
import { run } from '../python.ts'
import { openWorld } from '../world.ts'

/** LumoAuth's own SDK, in one version. */
export const lumoauth = (version: string): Piece => ({
  name: `lumoauth@${version}`,
  requirements: [`lumoauth==${version}`],
  checks: [{ name: 'the SDK', run: surface }],
})

async function surface(python: string): Promise<readonly Part[]> {
  const world = await openWorld({ audience: 'unchecked' })
  try {
    const program = join(import.meta.dirname, '..', 'programs', 'lumoauth_sdk.py')
    const { code, stdout, said } = await run(python, [program], {
      deadlineMs: 120_000,
      env: {
        ...world.env,
        SECRET: world.api.secret,
        ALICE: await world.userToken('usr_alice'),
        DANA: await world.userToken('usr_dana'),
      },
      onLine: (line) => {
        const [, will] = /^human (approve|deny|wait)$/.exec(line) ?? []
        if (will !== undefined) world.human.will(will as Will)
      },
    })
    const parts = stdout.split('\n').flatMap((line): Part[] => {
      const [, ok, name = '', fault = ''] = /^(ok|FAIL) (.+?)(?:: (Traceback.*))?$/.exec(line) ?? []
      if (ok === undefined) return []
      return [ok === 'ok' ? { name } : { name, fault }]
    })
    const failed = parts.some(({ fault }) => fault !== undefined)
    must(parts.length > 0 && (code === 0 || failed), `It ended with ${code}.\n${said}`)
    must((await world.tokensAlive()) === 0, 'Tokens outlived their tasks.')
    return parts
  } finally {
    await world.close()
  }
}
