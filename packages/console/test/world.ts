import { type AuthorityOptions, type AuthorityServer, createAuthority } from '@lumojit/authority'
import type { Json } from '@lumojit/protocol'
import { type Console, type ConsoleOptions, createConsole } from '../src/index.ts'

export const ORIGIN = 'http://127.0.0.1:4000'
const API = 'https://api.acme-corp.com'
export const PAYMENT = { type: 'payment', actions: ['initiate'], identifier: 'inv_204' }
export const ALICE = 'alice@acme-corp.com'

/** A browser: keeps cookies, says where its posts come from, and fills in the token of the form it last saw. */
export interface Browser {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** With the token of the page last seen, unless the form has its own. */
  post(path: string, form?: Form, headers?: Record<string, string>): Promise<Answer>
}
export type Form = Readonly<Record<string, string | readonly string[]>>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where it sends the browser. */
  readonly location: string | null
}

export interface World {
  readonly authority: AuthorityServer
  readonly console: Console
  readonly operations: AuthorityServer['operations']
  browser(): Browser
  /** A browser in which somebody is signed in. */
  signedIn(userId?: string): Promise<Browser>
  openTask(name?: string, onBehalfOf?: string): Promise<string>
  /** A question a person decides; gives its id. */
  ask(
    taskId: string,
    more?: { readonly details?: Json; readonly justification?: string; readonly reuse?: string },
  ): Promise<string>
}

const AGENT = { agent: 'invoice-bot' } as const

export const openWorld = async (
  options: Partial<AuthorityOptions> = {},
  consoleOptions: Partial<ConsoleOptions> = {},
): Promise<World> => {
  const authority = createAuthority({
    url: ORIGIN,
    org: 'acme-corp',
    agents: [{ id: 'invoice-bot', secret: 's', name: 'Invoice bot' }],
    users: [
      {
        id: 'u_you',
        email: 'you@acme-corp.com',
        rights: ['jit.approve', 'jit.audit', 'jit.admin'],
      },
      { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] },
      { id: 'u_eve', email: 'eve@acme-corp.com', rights: ['jit.audit'] },
      { id: 'u_alice', email: ALICE },
    ],
    ...options,
  })
  const console = createConsole({ authority, ...consoleOptions })
  authority.mount(console.fetch)
  const { operations } = authority

  const browser = (): Browser => {
    const cookies = new Map<string, string>()
    let csrf = ''
    const send = async (
      path: string,
      init: RequestInit,
      headers: Record<string, string>,
    ): Promise<Answer> => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const request = new Request(new URL(path, authority.url), {
        ...init,
        redirect: 'manual',
        headers: { cookie, ...headers },
      })
      const response = await authority.fetch(request)
      for (const set of response.headers.getSetCookie()) {
        const [pair = '', ...rest] = set.split('; ')
        const [name = '', value = ''] = pair.split('=')
        if (rest.includes('Max-Age=0')) cookies.delete(name)
        else cookies.set(name, value)
      }
      const text = await response.text()
      csrf = /name="csrf" value="([\w-]+)"/.exec(text)?.[1] ?? csrf
      return {
        status: response.status,
        headers: response.headers,
        text,
        location: response.headers.get('location'),
      }
    }
    return {
      cookies,
      get: (path, headers = {}) => send(path, {}, headers),
      post: (path, form = {}, headers = {}) => {
        const body = new URLSearchParams()
        if (!('csrf' in form)) body.set('csrf', csrf)
        for (const [name, value] of Object.entries(form))
          for (const each of [value].flat()) body.append(name, each)
        return send(
          path,
          { method: 'POST', body },
          { origin: authority.url, 'sec-fetch-site': 'same-origin', ...headers },
        )
      },
    }
  }

  return {
    authority,
    console,
    operations,
    browser,
    async signedIn(userId = 'u_you') {
      const { code } = await operations.createSignInLink({ userId })
      const own = browser()
      await own.get('/console/sign-in/link')
      await own.post('/console/sign-in/link', { code })
      await own.get('/console/')
      return own
    },
    async openTask(name = 'Pay the invoices', onBehalfOf) {
      return (await operations.openTask({ by: AGENT, name, onBehalfOf })).id
    },
    async ask(taskId, { details = PAYMENT, justification = 'It is due today.', reuse } = {}) {
      const view = await operations.requestPermission({
        by: AGENT,
        taskId,
        details,
        justification,
        reuse,
        resource: API,
      })
      return view.request.id
    },
  }
}

/** What a browser would send if its button were pressed now: every ticked or filled field of the page's decision. */
export const fieldsOf = (page: string): Form => {
  const form = /<form[^>]*class="decision"[\s\S]*?<\/form>/.exec(page)?.[0] ?? ''
  const fields: Record<string, string[]> = {}
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
    if (part('type') === 'checkbox' && !tag.includes(' checked')) continue
    fields[part('name')] = [...(fields[part('name')] ?? []), part('value')]
  }
  const ttl = /<option value="(\d+)" selected/.exec(form)?.[1]
  return { ...fields, ...(ttl !== undefined && { ttl }) }
}

/** Where a request stands, as its agent is told. */
export const statusOf = async ({ operations }: World, requestId: string): Promise<string> =>
  (await operations.readStatus({ by: AGENT, requestId })).status

/** The agent fetches the token of what was approved. */
export const redeem = ({ operations }: World, requestId: string) =>
  operations.redeem({ by: AGENT, requestId })

export const isActive = async ({ operations }: World, token: string): Promise<boolean> =>
  (await operations.introspect({ client: { kind: 'agent', id: 'invoice-bot' }, token })).active
