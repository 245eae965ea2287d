import { join, resolve } from 'node:path'
import type { Resource } from '@lumojit/protocol'
import type { Command } from 'commander'
import { type AgentSettings, agentSettings } from './agent-settings.ts'
import { examples, jsonOption } from './command-options.ts'
import { signInFile } from './config-directory.ts'
import { findAuthority } from './doctor/authority.ts'
import { checkClocks, type Reading } from './doctor/clock.ts'
import { type Finding, fault, open } from './doctor/finding.ts'
import { checkKeys } from './doctor/keys.ts'
import { checkFile, checkNode, secretFile } from './doctor/machine.ts'
import { sum, tell } from './doctor/report.ts'
import { checkResource } from './doctor/resource.ts'
import { checkSecret, obtain } from './doctor/secret.ts'
import { exits } from './exits.ts'
import { Fault, SaidAlready } from './fault.ts'
import { plainSecrets } from './seed-file.ts'
import type { Surroundings } from './surroundings.ts'

export function register(program: Command, around: Surroundings): void {
  program
    .command('doctor [urls...]')
    .helpGroup('For agents:')
    .summary('say what is wrong, and what to do about it')
    .description(
      'Looks at what stands between an agent and a permission: settings, the authority, clocks, the secret, keys, and each ' +
        'API: name URLs that it protects. It opens no task and asks no person. An API is sent a token that is good there ' +
        'alone, and only where it is listed or named.',
    )
    .option('-c, --config <file>', "the agent's settings; default: lumojit.json where there is one")
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('lumojit doctor', 'lumojit doctor https://api.acme-corp.com/documents/doc_1 --json'),
    )
    .action((urls, options) => doctor(urls, options, around))
}

async function doctor(
  urls: readonly string[],
  { json = false, config }: { readonly json?: boolean; readonly config?: string },
  around: Surroundings,
): Promise<void> {
  const findings: Finding[] = []
  for await (const finding of examine(urls, config, around)) {
    findings.push(finding)
    tell(finding, json, around)
  }
  sum(findings, json, around)
  if (findings.some(({ state }) => state === 'fault'))
    throw new SaidAlready('UNSOUND', exits.unsound)
}

async function* examine(
  urls: readonly string[],
  config: string | undefined,
  around: Surroundings,
): AsyncGenerator<Finding> {
  const { stop, now } = around
  yield checkNode(process.versions.node)
  yield* checkFiles(config, around)
  const settings = settingsOf(config, around)
  if ('state' in settings) return void (yield settings)
  yield { check: 'settings', state: 'well', says: `of ${settings.clientId}, from ${settings.from}` }
  const { findings, at } = await findAuthority(settings, stop)
  yield* findings
  if (at === undefined) return
  const clocks: Reading[] = []
  if (at.clock !== undefined)
    clocks.push({ whose: `the authority (${new URL(at.base).host})`, offMs: at.clock - now() })
  const { finding, token } = await checkSecret(settings, at.base, stop)
  yield finding
  if (token !== undefined) {
    yield await checkKeys(at, token, stop)
    const said = at.metadata.lumojit_capabilities as { binds_audience?: unknown } | undefined
    for (const { resource, url } of chosen(urls, settings)) {
      if (resource === undefined) {
        yield unlisted(url, settings)
        continue
      }
      const checked = await checkResource({
        resource,
        url,
        issuer: at.issuer,
        bindsAudience: said?.binds_audience === true,
        obtain: (audience) => obtain(settings, at.base, stop, audience),
        stop,
        now,
      })
      yield* checked.findings
      if (checked.clock) clocks.push(checked.clock)
    }
    if (urls.length === 0 && settings.resources.length === 0)
      yield open('APIs', 'none was named: `lumojit doctor https://…` looks at its guard, too')
  }
  yield* checkClocks(clocks)
}

function* checkFiles(config: string | undefined, around: Surroundings): Generator<Finding> {
  const { cwd } = around
  const files: readonly (readonly [string, string])[] = [
    [signInFile(around), 'a token to decide with'],
    [join(cwd, '.lumojit', 'authority.db'), "the authority's keys"],
    ...(plainSecrets(join(cwd, 'lumojit.yaml'))
      ? [[join(cwd, 'lumojit.yaml'), 'secrets in plain text'] as const]
      : []),
  ]
  const secret = secretFile(resolve(cwd, config ?? 'lumojit.json'))
  const all = secret === undefined ? files : [...files, [secret, "the agent's secret"] as const]
  for (const [path, holds] of all) {
    const finding = checkFile(path, holds)
    if (finding) yield finding
  }
}

function settingsOf(config: string | undefined, around: Surroundings): AgentSettings | Finding {
  try {
    return agentSettings(config, around)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return fault('settings', 'SETTINGS_UNUSABLE', error.message, error.fix)
  }
}

/** What to look at: the URLs named, or else everything listed. A named URL that no list has is a fault by itself. */
function chosen(
  urls: readonly string[],
  { resources }: AgentSettings,
): readonly { readonly resource?: Resource; readonly url: string }[] {
  if (urls.length === 0) return resources.map((resource) => ({ resource, url: resource.url }))
  return urls.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (!url || !/^https?:$/.test(url.protocol))
      throw new Fault('USAGE', `${text} is no URL.`, 'Name all of it, with https.', exits.usage)
    const resource =
      resources.length === 0 ? { url: url.origin } : resources.find((it) => holds(it, url))
    return { url: url.href, ...(resource && { resource }) }
  })
}

function holds(resource: Resource, url: URL): boolean {
  const listed = new URL(resource.url)
  const path = listed.pathname.replace(/\/?$/, '/')
  return listed.origin === url.origin && `${url.pathname}/`.startsWith(path)
}

const unlisted = (url: string, { from }: AgentSettings): Finding =>
  fault(
    url,
    'RESOURCE_NOT_LISTED',
    'The agent may not go there: it is on no list of resources.',
    `Add ${new URL(url).origin} to \`resources\` in ${from}.`,
  )
