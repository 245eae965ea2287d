import type { Requirement } from './requirement.ts'

/** What `lumojit proxy` promises to the programs behind it, and to everybody else. */
export const proxies: readonly Requirement[] = [
  {
    id: 'proxy:secret',
    says: 'Only a program that was given the secret of the run is served, and the API never sees that secret.',
    source: 'issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-server.ts',
        find: '  if (!same(given, secret)) return undefined',
        replace: '  if (given.length === 0) return undefined',
        why: 'any name in the path will do',
      },
      {
        file: 'packages/cli/src/proxy-headers.ts',
        find: '  without(pairs, [...MADE_ANEW, SECRET_HEADER, WHY_HEADER])',
        replace: '  without(pairs, [...MADE_ANEW, WHY_HEADER])',
        why: 'the API learns the secret',
      },
    ],
  },
  {
    id: 'proxy:no-pages',
    says: 'A page in a browser reaches nothing: another Host is 421, any Origin 403.',
    source: 'ruling 20, issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-server.ts',
        find: "  if (!hosts.has(headers.host ?? ''))",
        replace: '  if (headers.host === undefined)',
        why: 'a name rebound to this machine will do',
      },
      {
        file: 'packages/cli/src/proxy-server.ts',
        find: "  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)",
        replace: "  if (headers.origin === 'null')",
        why: 'pages may call',
      },
    ],
  },
  {
    id: 'proxy:stays-at-the-resource',
    says: 'No path and no redirect leads the proxy out of the resource that was listed.',
    source: 'issue 6.3, ruling 21',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-target.ts',
        find: ".test(rest) || path.split('/').some(isDotted)) return undefined",
        replace: '.test(rest)) return undefined',
        why: 'dot segments walk out of the path, or to a neighbour',
      },
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: "            redirect: 'manual',\n",
        replace: '',
        why: 'what the API redirects to is fetched for the caller',
      },
    ],
  },
  {
    id: 'proxy:own-credential-refused',
    says: 'A call that brings its own Authorization is refused before anything is sent.',
    source: 'ruling 21, issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-server.ts',
        find: '  if (headers.authorization !== undefined)',
        replace: "  if (headers.authorization === '')",
        why: 'the engine refuses it later, as a defect of the proxy',
      },
    ],
  },
  {
    id: 'proxy:hop-by-hop',
    says: 'Headers for one connection, and those its Connection header names, are not passed on in either direction.',
    source: 'RFC 9110 §7.6.1',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-headers.ts',
        find: ", ...named(pairs, 'connection')])",
        replace: '])',
        why: 'what Connection names goes on',
      },
      {
        file: 'packages/cli/src/proxy-headers.ts',
        find: "  'proxy-authenticate',\n  'proxy-authorization',\n",
        replace: '',
        why: 'credentials for the proxy reach the API',
      },
    ],
  },
  {
    id: 'proxy:no-token',
    says: 'Headers and bodies up to 1 MiB are handed on without the tokens of the task, whatever bytes they are.',
    source: 'ruling 19, issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: '          return readAnswer(response, location)\n        },\n      )',
        replace:
          '          const read = await readAnswer(response, location)\n          return new (class { value = read })()\n        },\n      ).then((it) => (it.kind === "done" ? { ...it, value: it.value.value } : it))',
        why: 'the engine sees no plain data to take tokens out of',
      },
    ],
  },
  {
    id: 'proxy:goes-on',
    says: 'A call that needs a person is held, then answered 503 with Retry-After and where to decide; the same call later goes on with the same question.',
    source: 'issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: '    this.#calls.set(line, call)\n    this.#keepFew()',
        replace: '    this.#keepFew()',
        why: 'every try is a call of its own',
      },
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: '          clock.sleep(until - clock.now(), leave).then(over, over)',
        replace: '          clock.sleep(2_000_000_000, leave).then(over, () => {})',
        why: 'the caller is held until the person decides',
      },
    ],
  },
  {
    id: 'proxy:one-effect',
    says: 'Clients that hang up and try again share one question and one effect; what was done unheard is told once.',
    source: 'issue 6, frameworks B3.1',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-call.ts',
        find: '    this.#running ??= this.#run(execute)\n    return this.#running',
        replace:
          '    const running = this.#run(execute)\n    this.#running = running\n    return running',
        why: 'the second try runs beside the first',
      },
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: '      if (call.unsafe && answer.rest === undefined && !this.#calls.has(line))',
        replace: '      if (!call.unsafe)',
        why: 'what was done unheard is done again',
      },
    ],
  },
  {
    id: 'proxy:different-calls',
    says: 'Calls that differ in method, address, body or any header but those of one try are different calls.',
    source: 'ruling 13',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: 'JSON.stringify([method, url.href, telling(headers)])',
        replace: 'JSON.stringify([method, url.href])',
        why: 'an account in a header makes no difference',
      },
    ],
  },
  {
    id: 'proxy:ends',
    says: 'Ctrl-C, DELETE of the run and time without calls end the task: every token of it is revoked, every waiting call told.',
    source: 'issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: '    const report = await task?.complete()',
        replace:
          '    const report = task ? { taskId: task.id, revoked: 1, unrevoked: [] } : undefined',
        why: 'nothing is revoked',
      },
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: '      if (left <= 0 && this.#busy === 0) {',
        replace: '      if (left < -60_000 && this.#busy === 0) {',
        why: 'idle runs go on',
      },
    ],
  },
  {
    id: 'proxy:thinking-is-not-idle',
    says: 'While a person can still answer, the task is kept open for the answer.',
    source: 'issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-run.ts',
        find: ', ...asked.map(({ expiresAt = 0 }) => expiresAt))',
        replace: ')',
        why: 'the question dies with its task',
      },
    ],
  },
  {
    id: 'proxy:bodies',
    says: 'Request bodies past what can be sent again are refused unsent; large answers pass as they come.',
    source: 'issue 6.3',
    sabotages: [
      {
        file: 'packages/cli/src/proxy-body.ts',
        find: '    if (size > LARGEST_BODY) return { ...answer,',
        replace: '    if (size > 4 * LARGEST_BODY) return { ...answer,',
        why: 'answers are held in memory whole',
      },
      {
        file: 'packages/cli/src/proxy-body.ts',
        find: "  if (Number(incoming.headers['content-length'] ?? 0) > LARGEST_BODY) return undefined\n",
        replace: '  return Buffer.concat(await incoming.toArray())\n',
        why: 'bodies of any size go to the API',
      },
    ],
  },
  {
    id: 'proxy:loopback-only',
    says: 'It listens on loopback and nowhere else, and sends tokens over https or loopback only.',
    source: 'ruling 20',
    sabotages: [
      {
        file: 'packages/cli/src/proxy.ts',
        find: '  if (address.loopback) return address',
        replace: '  if (address.port >= 0) return address',
        why: 'it listens where it is told',
      },
    ],
  },
]
