// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

/** What people and scripts rely on at the command. */
export const commandLine: readonly Requirement[] = [
  {
    id: 'cli:exits',
    says: 'A command ends with the number its README names, and says on stderr what to do.',
    source: 'the human-side issue, item 4',
    sabotages: [
      {
        file: 'packages/cli/src/fault.ts',
        find: 'away ? exits.unreachable : exits.refused',
        replace: 'exits.unreachable',
        why: 'a no looks like an outage',
      },
      {
        file: 'packages/cli/src/fetch.ts',
        find: '  if (status < 400) return\n',
        replace: '  if (status < 600) return\n',
        why: 'a script takes an error page for the document',
      },
      {
        file: 'packages/cli/src/fetch.ts',
        find: '    await letGo(jit)\n',
        replace: '',
        why: 'what was broken off is still asked of people',
      },
    ],
  },
  {
    id: 'cli:fetch-shows-each-step',
    says: 'fetch tells challenge, question, wait with its link, grant and resend, and leaves stdout to the answer.',
    source: 'the human-side issue, item 4',
    sabotages: [
      {
        file: 'packages/cli/src/fetch/told-authority.ts',
        find: '      told.asked(request, decision)\n',
        replace: '',
        why: 'nobody sees what is asked for',
      },
      {
        file: 'packages/cli/src/fetch/steps.ts',
        find: '      this.#around.complain(`${quiet(',
        replace: '      this.#around.write(`${quiet(',
        why: 'the steps are in the body',
      },
    ],
  },
  {
    id: 'cli:fetch-hides-tokens',
    says: 'No token of the call is in what fetch prints or saves, whatever the API sends back.',
    source: 'design §6, `token:never-in`: a model runs commands and reads what they print',
    sabotages: [
      {
        file: 'packages/cli/src/fetch/told-authority.ts',
        find: "      if ('token' in answer) told.token(answer.token)\n",
        replace: '',
        why: 'granted tokens are not known to be hidden',
      },
      {
        file: 'packages/cli/src/fetch/hide-tokens.ts',
        find: 'held.length - (longest - 1)',
        replace: 'held.length',
        why: 'a token across two chunks passes',
      },
      {
        file: 'packages/cli/src/fetch/show-answer.ts',
        find: 'hideInText(value, tokens())',
        replace: 'value',
        why: 'headers tell it',
      },
    ],
  },
  {
    id: 'cli:dev-first-run',
    says: 'One command in an empty directory serves an authority with a person and an agent whose secret works.',
    source: 'the human-side issue, item 4',
    sabotages: [
      {
        file: 'packages/cli/src/dev.ts',
        find: "command.getOptionValueSource('seed') !== 'default'",
        replace: 'false',
        why: 'a misspelt name makes another authority',
      },
      {
        file: 'packages/cli/src/first-seed.ts',
        find: 'secret_hash: await hashSecret(secret)',
        replace: 'secret',
        why: 'the file keeps the secret itself',
      },
    ],
  },
  {
    id: 'cli:serve-closed',
    says: 'serve starts with a seed, a public URL over TLS and a database on disk, or not at all; it tells no secret.',
    source: 'the human-side issue, item 4',
    sabotages: [
      {
        file: 'packages/cli/src/serve.ts',
        find: '  requireProduction(command, seed)\n',
        replace: '',
        why: 'decisions are kept in memory, under a name nobody reaches',
      },
      {
        file: 'packages/cli/src/serve.ts',
        find: '    await running.close()\n',
        replace: '    process.exit(1)\n',
        why: 'what is under way is cut off',
      },
    ],
  },
  {
    id: 'cli:sign-in',
    says: "A person's token is kept for that person alone and goes to the authority it came from, and to no other.",
    source: 'ruling 20',
    sabotages: [
      {
        file: 'packages/cli/src/people/kept.ts',
        find: "mode: 0o600, flag: 'wx' })\n    chmodSync(beside, 0o600)",
        replace: "mode: 0o644, flag: 'wx' })",
        why: 'others may read it',
      },
      {
        file: 'packages/cli/src/people/kept.ts',
        find: "  if ((found.mode & 0o077) !== 0 && process.platform !== 'win32') {",
        replace: '  if (found.size === 0) {',
        why: 'what others could read and write is believed',
      },
      {
        file: 'packages/cli/src/people/kept.ts',
        find: '  read(around).at[base]\n',
        replace: '  Object.values(read(around).at)[0] ?? read(around).at[base]\n',
        why: 'any authority is sent it',
      },
      {
        file: 'packages/cli/src/people/place.ts',
        find: "  if (read.protocol === 'http:' && ",
        replace: "  if (read.protocol === 'never:' && ",
        why: 'the password goes over the network in plain text',
      },
    ],
  },
  {
    id: 'cli:inert-words',
    says: 'What an agent wrote cannot move the cursor, set colours, hide or turn text around, wherever it is shown.',
    source: 'rulings H: control and bidi characters shown escaped',
    sabotages: [
      {
        file: 'packages/cli/src/pending.ts',
        find: '`  “${inert(words)}” ',
        replace: '`  “${words}” ',
        why: 'a justification steers the terminal of whoever decides',
      },
      {
        file: 'packages/cli/src/tasks.ts',
        find: "    inert(task.name ?? ''),",
        replace: "    task.name ?? '',",
        why: 'the name of a task does',
      },
      {
        file: 'packages/cli/src/output/inert.ts',
        find: '/[\\p{Cc}\\p{Cf}',
        replace: '/[\\p{Cc}',
        why: 'text is turned around',
      },
    ],
  },
  {
    id: 'cli:decides-as-told',
    says: 'What was narrowed, shortened, denied, revoked or ended at the command is so at the authority; notes stay there.',
    source: 'the human-side issue, item 4',
    sabotages: [
      {
        file: 'packages/cli/src/approve.ts',
        find: '    ...(details && { authorization_details: details }),\n',
        replace: '',
        why: 'all of it is granted',
      },
      {
        file: 'packages/cli/src/approve.ts',
        find: "reuse: once ? 'once' : 'task'",
        replace: "reuse: 'task'",
        why: 'once is for the whole task',
      },
      {
        file: 'packages/cli/src/deny.ts',
        find: '{ reason: note }',
        replace: '{ agent_message: note }',
        why: 'the agent reads what was noted of it',
      },
    ],
  },
  {
    id: 'doctor:all-well',
    says: 'Where nothing is wrong doctor says so of each thing it looked at, and asks nobody.',
    source: 'the human-side issue, must show',
    sabotages: [
      {
        file: 'packages/cli/src/doctor.ts',
        find: '    yield await checkKeys(at, token, stop)\n',
        replace: '',
        why: 'something is not looked at',
      },
      {
        file: 'packages/cli/src/doctor/clock.ts',
        find: 'const ALLOWED_MS = 30_000',
        replace: 'const ALLOWED_MS = -1',
        why: 'it cries wolf',
      },
    ],
  },
  {
    id: 'doctor:wrong-secret',
    says: 'A secret that is not accepted is named, with the command that gives another.',
    source: 'the human-side issue, must show',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/secret.ts',
        find: "if (status === 401 || json.error === 'invalid_client' || json.code === 'invalid_client')",
        replace: "if (json.error === 'never')",
        why: 'it is a refusal like any other',
      },
      {
        file: 'packages/cli/src/doctor/secret.ts',
        find: 'clientSecret.trim() !== clientSecret',
        replace: 'false',
        why: 'a line break that was copied along is not seen',
      },
    ],
  },
  {
    id: 'doctor:unreachable',
    says: 'No authority, another server in its place, and an unknown organization are told apart.',
    source: 'the human-side issue, must show',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/authority.ts',
        find: '  if (answer.status === 200 && issuer) return',
        replace: '  if (answer.status === 200) return',
        why: 'any page is an authority',
      },
    ],
  },
  {
    id: 'doctor:clock',
    says: 'A clock ten minutes off is named, and whose it is.',
    source: 'the human-side issue, must show',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/clock.ts',
        find: 'const ALLOWED_MS = 30_000',
        replace: 'const ALLOWED_MS = 900_000',
        why: 'a quarter of an hour passes for agreement',
      },
      {
        file: 'packages/cli/src/doctor.ts',
        find: '      if (checked.clock) clocks.push(checked.clock)\n',
        replace: '',
        why: 'the clock of an API is not read',
      },
      {
        file: 'packages/cli/src/doctor/clock.ts',
        find: "first.offMs > 0 ? 'behind' : 'ahead of'",
        replace: "first.offMs > 0 ? 'ahead of' : 'behind'",
        why: 'it is set the wrong way',
      },
    ],
  },
  {
    id: 'doctor:resource-not-listed',
    says: 'An API that is on no list is named, and which list it lacks on.',
    source: 'the human-side issue, must show',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/resource.ts',
        find: "json.error !== 'invalid_target' && json.code !== 'invalid_target'",
        replace: "json.error !== 'never'",
        why: 'it is not told from other trouble',
      },
    ],
  },
  {
    id: 'doctor:other-issuer',
    says: 'A guard that trusts another issuer, or goes by another name, is named with what to set.',
    source: 'the human-side issue, must show',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/resource-metadata.ts',
        find: '    if (!issuers.includes(issuer)) {',
        replace: '    if (issuers.length === 0) {',
        why: 'what the API says of itself is not held against the authority',
      },
      {
        file: 'packages/cli/src/doctor/guard.ts',
        find: '  for (const other of likeNames(url, audience)) {',
        replace: '  for (const other of []) {',
        why: 'a slash too many looks like another issuer',
      },
    ],
  },
  {
    id: 'doctor:t-path',
    says: '`/t` used where `/orgs` is served is named, in the settings and at the guard.',
    source: 'the human-side issue, must show',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/guard.ts',
        find: 'return /issuer/i.test(said)',
        replace: 'return /never/i.test(said)',
        why: 'the guard seems to be cut off',
      },
      {
        file: 'packages/cli/src/doctor/authority.ts',
        find: "  return form === 't'\n",
        replace: "  return form === 'never'\n",
        why: 'the settings seem to have just a path too many',
      },
    ],
  },
  {
    id: 'doctor:shared-base',
    says: "An API that is sent the agent's own token is named, with what that gives away; doctor sends it none.",
    source: 'ruling 2',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/resource.ts',
        find: "  if (resource.baseToken === 'shared') {\n    yield care(",
        replace: "  if (resource.baseToken === 'never') {\n    yield care(",
        why: 'nobody hears of it',
      },
      {
        file: 'packages/cli/src/doctor/resource.ts',
        find: "  if (resource.baseToken === 'shared') return { findings, ...clock }\n",
        replace: '',
        why: 'doctor itself calls an API with a token although the settings share one',
      },
    ],
  },
  {
    id: 'cli:agents',
    says: 'Agents made, rotated and suspended at a running authority are so there at once, and no file is touched.',
    source: 'the human-side issue, item 4',
    sabotages: [
      {
        file: 'packages/cli/src/agent-at-authority.ts',
        find: 'compromised ? { compromised } : {}',
        replace: '{}',
        why: 'a stolen secret works for another day',
      },
    ],
  },
  {
    id: 'doctor:readable-by-others',
    says: 'A file with a secret that others of the machine may open is named, with the command that mends it.',
    source: 'the human-side issue, item 4',
    sabotages: [
      {
        file: 'packages/cli/src/doctor/machine.ts',
        find: '(found.mode & 0o077) === 0',
        replace: '(found.mode & 0o007) === 0',
        why: "a group's members are others too",
      },
    ],
  },
  {
    id: 'cli:dev-console',
    says: '`dev` serves the console, signs one person in by a link, and sends waiting agents the page of their request.',
    source: 'issue 7.2',
    sabotages: [
      {
        file: 'packages/cli/src/with-console.ts',
        find: '        return (asked) => made.fetch(asked)\n',
        replace: '        return async () => undefined\n',
        why: 'there are no pages',
      },
      {
        file: 'packages/cli/src/with-console.ts',
        find: ', approvalUri: ({ requestId }) => request(requestId) }',
        replace: ' }',
        why: 'nobody is told where to decide',
      },
    ],
  },
]
