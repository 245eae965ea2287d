import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLaptop } from './laptop.ts'
import { startLumojit } from './lumojit.ts'
import { pythonOfTheExample, run } from './python.ts'
import { startScriptedModel } from './scripted-model.ts'

/**
 * Starts an authority, an API and a gateway, and runs agent.py with it. `--own-tools`: a proxy instead of the
 * gateway, and own_tools.py. Without OPENAI_API_KEY a script stands in for the model.
 */
const ownTools = process.argv.includes('--own-tools')
const python = await pythonOfTheExample()
const laptop = await startLaptop()
const model = process.env.OPENAI_API_KEY ? undefined : await startScriptedModel()
const place = mkdtempSync(join(tmpdir(), 'lumojit-agno-'))
const config = join(place, 'lumojit.json')
const resource = { url: laptop.acmeUrl, audience: 'https://api.acme-corp.com' }
writeFileSync(
  config,
  JSON.stringify({
    client_secret: { env: 'AGENT_CLIENT_SECRET' },
    resources: [resource],
    task_name: 'Agno document analysis task',
    max_block: '50s',
    openapi: { base_url: laptop.acmeUrl },
  }),
)
const served = ownTools
  ? ['proxy', '--resource', laptop.acmeUrl, '--config', config]
  : ['mcp', '--openapi', join(import.meta.dirname, '../acme.yaml'), '--config', config]
const lumojit = await startLumojit(
  ownTools ? served : [...served, '--http', '127.0.0.1:0'],
  laptop.env,
)
try {
  // The agent gets one address. The secret, and every token, stay with lumojit.
  await run(python, [ownTools ? 'own_tools.py' : 'agent.py'], {
    ...process.env,
    ...(ownTools ? { ACME_URL: lumojit.ready.base_url } : { LUMOJIT_MCP_URL: lumojit.ready.url }),
    ...(model && { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'none' }),
  })
} finally {
  await lumojit.stop()
  await laptop.close()
  model?.close()
  rmSync(place, { recursive: true, force: true })
}
