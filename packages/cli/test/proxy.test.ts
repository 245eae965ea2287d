import { afterEach, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'
import { callAt, type ProxyWorld, proxyWorld } from './proxy-world.ts'

let world: ProxyWorld | undefined
const open = async (...options: Parameters<typeof proxyWorld>) => {
  world = await proxyWorld(...options)
  return world
}
const gate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}
afterEach(async () => {
  await world?.close()
  world = undefined
})

it('asks for what a call lacks, makes it again, and gives everything back on Ctrl-C', async () => {
  const { ready, call, alive, stop, seen } = await open()
  expect(ready).toMatchObject({ type: 'ready', max_block_ms: 25_000 })
  const answer = await call('/v1/documents/doc_9982?full=1')
  expect(answer.status).toBe(200)
  expect(answer.json).toEqual({ said: 'hello' })
  expect(seen.map(({ url }) => url)).toEqual(Array(2).fill('/v1/documents/doc_9982?full=1'))
  expect(await alive()).toBe(1)
  const { code, stdout } = await stop()
  expect(code).toBe(0)
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    type: 'stopped',
    revoked: 1,
    unrevoked: 0,
  })
  expect(await alive()).toBe(0)
})

it('proxy:secret — without the secret of the run nothing is served and nothing is asked', async () => {
  const { ready, seen, call } = await open()
  const { origin, pathname } = new URL(ready.base_url)
  const secret = pathname.split('/')[1] ?? ''
  for (const path of [
    '/v1/documents/doc_1',
    '/api/v1/documents/doc_1',
    `/${secret.slice(1)}/api/v1/documents/doc_1`,
    `/${secret}x/api/v1/documents/doc_1`,
    `/?${pathname}`,
  ]) {
    const answer = await callAt(`${origin}${path}`)
    expect([path, answer.status, answer.json.code]).toEqual([path, 403, 'SECRET_WRONG'])
  }
  expect((await callAt(`${origin}/`, { method: 'DELETE' })).status).toBe(403)
  expect(seen).toEqual([])
  const byHeader = { 'lumojit-secret': secret }
  expect((await callAt(`${origin}/api/v1/documents/doc_1`, { headers: byHeader })).status).toBe(200)
  expect((await call('/v1/documents/doc_1')).status).toBe(200)
  expect(seen.every(({ url, headers }) => !JSON.stringify([url, headers]).includes(secret))).toBe(
    true,
  )
})

it('proxy:no-pages — another Host and any Origin are refused, secret or not', async () => {
  const { call, seen, ready } = await open()
  const { port } = new URL(ready.base_url)
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1.nip.io:${port}`,
  ])
    expect(await call('/v1/documents/doc_1', { headers: { host } })).toMatchObject({
      status: 421,
      headers: { 'lumojit-code': 'HOST_UNKNOWN' },
    })
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: new URL(ready.base_url).origin },
    { 'sec-fetch-site': 'same-origin' },
  ])
    expect(await call('/v1/documents/doc_1', { headers })).toMatchObject({
      status: 403,
      headers: { 'lumojit-code': 'ORIGIN_REFUSED' },
    })
  expect(seen).toEqual([])
  expect((await call('/v1/x', { headers: { host: `localhost:${port}` } })).status).toBe(200)
})

it('proxy:stays-at-the-resource — no path leads out of what was listed', async () => {
  const { call, seen } = await open({ path: '/v1/documents' })
  for (const path of [
    '/../payments',
    '/%2e%2e/payments',
    '/.%2E/payments',
    '/a/./../../payments',
    '/..%2fpayments',
    '/a%2f..%2f..%2fpayments',
    '/..%5cpayments',
    '/a\\..\\payments',
    '/%2e',
  ]) {
    const answer = await call(path)
    expect([path, answer.status, answer.json.code]).toEqual([path, 400, 'PATH_UNSAFE'])
  }
  expect((await call('.evil.example/')).status).toBe(404)
  expect((await call('@evil.example/')).status).toBe(404)
  expect(seen).toEqual([])
  for (const [path, url] of [
    ['/a%2Fb', '/v1/documents/a%2Fb'],
    ['/%252e%252e/x', '/v1/documents/%252e%252e/x'],
    ['//evil.example/x', '/v1/documents//evil.example/x'],
    ['/..a/b..?q=../..', '/v1/documents/..a/b..?q=../..'],
  ] as const) {
    expect((await call(path)).status).toBe(200)
    expect(seen.at(-1)?.url).toBe(url)
  }
})

it('proxy:stays-at-the-resource — a redirect is the caller’s to follow, with the base URL where it stays', async () => {
  const { call, ready, seen } = await open({
    path: '/v1',
    serve: (incoming, outgoing) => {
      const location = incoming.url?.includes('inside')
        ? '/v1/documents/doc_2?a=b'
        : 'https://elsewhere.example/x'
      outgoing.writeHead(302, { location }).end()
    },
  })
  expect((await call('/inside')).headers.location).toBe(`${ready.base_url}/documents/doc_2?a=b`)
  expect((await call('/outside')).headers.location).toBe('https://elsewhere.example/x')
  expect(seen.every(({ url }) => /^\/v1\/(inside|outside)$/.test(url))).toBe(true)
})

it('proxy:own-credential-refused — a call that brings Authorization is not passed on', async () => {
  const { call, seen } = await open()
  const answer = await call('/v1/documents/doc_1', { headers: { authorization: 'Bearer mine' } })
  expect([answer.status, answer.json.code]).toEqual([400, 'CALLER_AUTHORIZATION'])
  expect(seen).toEqual([])
})

it('proxy:hop-by-hop — what is for one connection stays on it, both ways', async () => {
  const { call, seen } = await open({
    serve: (_, outgoing) => {
      outgoing.setHeader('connection', 'x-of-the-api')
      outgoing.setHeader('x-of-the-api', 'one')
      outgoing.setHeader('proxy-authenticate', 'Basic')
      outgoing.setHeader('x-kept', 'yes')
      outgoing.appendHeader('set-cookie', 'a=1')
      outgoing.appendHeader('set-cookie', 'b=2')
      outgoing.end('{}')
    },
  })
  const answer = await call('/v1/documents/doc_1', {
    headers: {
      connection: 'close, X-Of-The-Caller',
      'x-of-the-caller': 'one',
      te: 'trailers',
      'proxy-authorization': 'Basic eDp5',
      'lumojit-justification': 'The user asked',
      'x-kept': 'yes',
    },
  })
  expect(answer.status).toBe(200)
  const headers = seen.at(-1)?.headers ?? {}
  expect(headers).toMatchObject({ 'x-kept': 'yes' })
  for (const name of ['x-of-the-caller', 'te', 'proxy-authorization', 'lumojit-justification'])
    expect(headers).not.toHaveProperty(name)
  expect(headers.connection ?? '').not.toMatch(/x-of-the-caller/i)
  expect(answer.headers).toMatchObject({ 'x-kept': 'yes', 'set-cookie': ['a=1', 'b=2'] })
  for (const name of ['x-of-the-api', 'proxy-authenticate'])
    expect(answer.headers).not.toHaveProperty(name)
})

it('proxy:no-token — an API that repeats its caller’s token tells the program nothing', async () => {
  const { call, tokens } = await open({
    serve: (incoming, outgoing) => {
      const token = incoming.headers.authorization ?? ''
      outgoing.setHeader('x-echo', token)
      if (incoming.url?.includes('binary')) {
        outgoing.setHeader('content-type', 'application/octet-stream')
        outgoing.end(Buffer.concat([Buffer.from([0, 255, 128]), Buffer.from(token)]))
      } else outgoing.end(JSON.stringify({ token, price: '1 €' }))
    },
  })
  for (const path of ['/v1/text', '/v1/binary']) {
    const answer = await call(path)
    expect(answer.status).toBe(200)
    const told = JSON.stringify([answer.text, answer.headers])
    expect(told).toContain('[secret]')
    for (const { value } of tokens) expect(told).not.toContain(value)
  }
  // What holds no token arrives as it was, byte for byte.
  expect((await call('/v1/text')).json.price).toBe('1 €')
  expect(tokens.filter(({ kind }) => kind === 'jit').length).toBeGreaterThan(0)
})

it('proxy:goes-on — held, then 503; the same call later goes on with the same question, once', async () => {
  const { call, asked, decide, pending, effects, authority } = await open({
    args: ['--max-block', '300ms'],
    serve: (_, outgoing) => outgoing.writeHead(201).end('{"receipt":"rcp_1"}'),
  })
  const pay = () => call('/v1/payments', { method: 'POST', body: 'inv_204' })
  const first = await pay()
  expect(first.status).toBe(503)
  expect(first.headers['retry-after']).toBe('5')
  const [question] = await pending()
  expect(first.json).toMatchObject({
    code: 'APPROVAL_PENDING',
    approval_url: `https://console.acme.example/${question?.request_id}`,
    request_ids: [question?.request_id],
  })
  expect((await pay()).status).toBe(503)
  expect(effects).toEqual([])
  await decide(await asked(), 'approve')
  const done = await pay()
  expect([done.status, done.text]).toEqual([201, '{"receipt":"rcp_1"}'])
  expect(effects).toEqual(['inv_204'])
  expect(authority.counts().requests).toBe(1)
  // The same again, once there was an answer, is another payment: somebody is asked again.
  expect((await pay()).status).toBe(503)
  expect(authority.counts().requests).toBe(2)
  expect(effects).toEqual(['inv_204'])
})

it('proxy:goes-on — a decision while the call is held answers it at once', async () => {
  const { call, asked, decide } = await open({ args: ['--max-block', '20s'] })
  const paid = call('/v1/payments', { method: 'POST', body: 'inv_204' })
  await decide(await asked(), 'approve')
  expect((await paid).status).toBe(200)
  const refused = call('/v1/payments', { method: 'POST', body: 'inv_205' })
  await decide(await asked(), 'deny')
  const answer = await refused
  expect(answer.status).toBe(403)
  expect(answer.json).toMatchObject({ code: 'DENIED', retryable: false })
  expect(answer.headers).not.toHaveProperty('www-authenticate')
})

it('proxy:one-effect — clients that hang up and try again share one question and one effect', async () => {
  const { call, asked, decide, effects, authority } = await open()
  const pay = (signal?: AbortSignal) =>
    call('/v1/payments', { method: 'POST', body: 'inv_204', ...(signal && { signal }) })
  const impatient = new AbortController()
  const given = pay(impatient.signal)
  given.catch(() => {})
  const id = await asked()
  impatient.abort()
  await expect(given).rejects.toThrow()
  const second = pay()
  const third = pay()
  await decide(id, 'approve')
  expect([(await second).status, (await third).status]).toEqual([200, 200])
  expect(effects).toEqual(['inv_204'])
  expect(authority.counts().requests).toBe(1)
})

it('proxy:one-effect — what was done while nobody listened is told to the next try, once', async () => {
  const reached = gate()
  const goOn = gate()
  const answered = gate()
  const { call, asked, decide, effects } = await open({
    serve: async ({ method }, outgoing) => {
      if (method === 'GET') return outgoing.end()
      reached.open()
      await goOn.opened
      outgoing.once('finish', answered.open)
      outgoing.end(`{"receipt":${effects.length}}`)
    },
  })
  const pay = (signal?: AbortSignal) =>
    call('/v1/payments', { method: 'POST', body: 'inv_204', ...(signal && { signal }) })
  const impatient = new AbortController()
  const given = pay(impatient.signal)
  given.catch(() => {})
  await decide(await asked(), 'approve')
  await reached.opened
  impatient.abort()
  await expect(given).rejects.toThrow()
  goOn.open()
  await answered.opened
  // By the time these are back, the proxy has the answer that nobody waits for.
  await call('/v1/a')
  await call('/v1/b')
  const again = await pay()
  expect([again.status, again.text]).toEqual([200, '{"receipt":1}'])
  expect(effects).toEqual(['inv_204'])
})

it('proxy:different-calls — other headers or another body make another call', async () => {
  const { call, authority } = await open({ args: ['--max-block', '0ms'] })
  const post = (body: string, headers: Record<string, string>) =>
    call('/v1/payments', { method: 'POST', body, headers })
  await post('inv_1', { 'x-account': 'a', 'x-request-id': '1' })
  await post('inv_1', { 'x-account': 'a', 'x-request-id': '2' })
  expect(authority.counts().requests).toBe(1)
  await post('inv_1', { 'x-account': 'b' })
  expect(authority.counts().requests).toBe(2)
  await post('inv_2', { 'x-account': 'b' })
  expect(authority.counts().requests).toBe(3)
})

it('proxy:ends — DELETE of the run, and time without calls, end the task and all it was granted', async () => {
  const { call, ready, alive, authority } = await open({ args: ['--idle', '200ms'] })
  await call('/v1/documents/doc_1')
  expect(await alive()).toBe(1)
  const ended = await callAt(ready.run_url, { method: 'DELETE' })
  expect(ended.json).toMatchObject({ ended: expect.stringMatching(/^task_/), revoked: 1 })
  expect(await alive()).toBe(0)
  expect((await callAt(ready.run_url, { method: 'DELETE' })).json).toMatchObject({ ended: null })
  expect((await callAt(ready.run_url)).status).toBe(404)

  expect((await call('/v1/documents/doc_1')).status).toBe(200)
  expect(authority.counts().tasks).toBe(2)
  await expect.poll(alive, { timeout: 20_000 }).toBe(0)
})

it('proxy:ends — a call that waits for a person is told of the end', async () => {
  const { call, ready, asked, pending } = await open({ args: ['--max-block', '10s'] })
  const waiting = call('/v1/payments', { method: 'POST', body: 'inv_204' })
  await asked()
  expect((await callAt(ready.run_url, { method: 'DELETE' })).json).toMatchObject({ revoked: 0 })
  const answer = await waiting
  expect([answer.status, answer.json.code]).toEqual([410, 'RUN_ENDED'])
  expect(await pending()).toEqual([])
})

it('proxy:thinking-is-not-idle — a question that is open keeps its task', async () => {
  const { call, asked, decide, authority } = await open({
    args: ['--idle', '50ms', '--max-block', '0ms'],
  })
  const pay = () => call('/v1/payments', { method: 'POST', body: 'inv_204' })
  expect((await pay()).status).toBe(503)
  // Several times as long as it may be idle.
  await new Promise((resolve) => setTimeout(resolve, 400))
  await decide(await asked(), 'approve')
  await expect.poll(async () => (await pay()).status, { timeout: 20_000 }).toBe(200)
  expect(authority.counts()).toMatchObject({ tasks: 1, requests: 1 })
})

it('proxy:bodies — what is too large to be kept comes as it is written', async () => {
  const heard = gate()
  const { ready } = await open({
    serve: async (_, outgoing) => {
      outgoing.write(Buffer.alloc(2_000_000, 'x'))
      await heard.opened
      outgoing.end('the end')
    },
  })
  const { body } = await fetch(`${ready.base_url}/v1/large`)
  let text = ''
  for await (const chunk of body ?? []) {
    heard.open()
    text += Buffer.from(chunk).toString()
  }
  expect([text.length, text.slice(-7)]).toEqual([2_000_007, 'the end'])
})

it('proxy:bodies — what could not be sent twice is refused, what is large comes as it is', async () => {
  const large = Buffer.alloc(3_000_000, 'x')
  const { call, effects } = await open({ serve: (_, outgoing) => outgoing.end(large) })
  const tooMuch = await call('/v1/reports', { method: 'POST', body: Buffer.alloc(1_048_577, 'y') })
  expect([tooMuch.status, tooMuch.json.code]).toEqual([413, 'BODY_TOO_LARGE'])
  expect(effects).toEqual([])
  const most = await call('/v1/reports', { method: 'POST', body: Buffer.alloc(1_048_576, 'y') })
  expect([most.status, most.text.length]).toEqual([200, large.length])
  expect(effects).toEqual(['y'.repeat(1_048_576)])
})

it('proxy:loopback-only — listens nowhere else', async () => {
  const shell = commandLine()
  for (const address of ['0.0.0.0:0', '[::]:0', '192.168.0.1:80', 'example.com:80']) {
    const { code, stderr } = await shell.run([
      ...['proxy', '--resource', 'https://api.acme-corp.com', '--listen', address],
    ])
    expect([address, code]).toEqual([address, 2])
    expect(stderr).toContain('loopback')
  }
  const { code, stderr } = await shell.run(['proxy', '--resource', 'http://api.acme-corp.com'], {
    env: { LUMOAUTH_ORG_ID: 'acme', AGENT_CLIENT_ID: 'bot', AGENT_CLIENT_SECRET: 's' },
  })
  expect(code).toBe(3)
  expect(stderr).toContain('unprotected')
  shell.close()
})

it('reads who asks whom from lumojit.json; what it lists besides is not served', async () => {
  const { apiUrl, ready } = await open({
    config: (url) => ({
      client_secret: { env: 'AGENT_CLIENT_SECRET' },
      max_block: '7s',
      resources: ['https://other.example', { url, audience: 'https://api.acme-corp.com' }],
    }),
  })
  expect(ready).toMatchObject({ resource: apiUrl, max_block_ms: 7_000 })
  expect((await callAt(`${ready.base_url}/v1/documents/doc_1`)).status).toBe(200)
  const shell = commandLine()
  shell.write('lumojit.json', '{ "resources": [] }')
  const { code, stderr } = await shell.run(['proxy', '--resource', 'https://api.acme-corp.com'])
  expect([code, stderr]).toEqual([3, expect.stringContaining('lumojit.json:1:')])
  shell.close()
})

it('says so when the API does not answer, and when its answer breaks off', async () => {
  const { call } = await open({
    serve: (_, outgoing) => {
      outgoing.writeHead(200, { 'content-length': '100' })
      outgoing.write('half')
      setImmediate(() => outgoing.destroy())
    },
  })
  const broken = await call('/v1/reports', { method: 'POST', body: 'x' })
  expect([broken.status, broken.json.code]).toEqual([502, 'ANSWER_BROKEN'])
})
