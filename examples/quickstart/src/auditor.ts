import { exitWithParent, type Suspect, type ToAuditor, tellParent } from './process-messages.ts'

/**
 * A third process, which trusts neither the agent nor its own side: it presents every token that
 * the authority ever issued wherever one could be of use, and counts those that still are.
 */
exitWithParent()
process.on('message', async (audit: ToAuditor) => {
  const alive = await Promise.all(audit.tokens.map((token) => isAlive(audit, token)))
  tellParent({ alive: alive.filter(Boolean).length, of: audit.tokens.length })
})

async function isAlive(
  { acme, issuer, agent, api }: ToAuditor,
  { value }: Suspect,
): Promise<boolean> {
  const bearer = { headers: { authorization: `Bearer ${value}` } }
  const asked = await Promise.all([
    answers(`${acme}/v1/status`, bearer),
    answers(`${issuer}/jit/pending`, bearer),
    answers(`${issuer}/jit/task`, { ...bearer, method: 'POST' }),
    isActive(issuer, agent.id, agent.secret, value),
    isActive(issuer, api.audience, api.secret, value),
  ])
  return asked.includes(true)
}

/** 401: the token is no token. Anything else, also "not with this one", means that it is known. */
async function answers(url: string, init: RequestInit): Promise<boolean> {
  const response = await fetch(url, init)
  await response.body?.cancel()
  return response.status !== 401
}

/** RFC 7662. */
async function isActive(
  issuer: string,
  id: string,
  secret: string,
  token: string,
): Promise<boolean> {
  const body = new URLSearchParams({ token, client_id: id, client_secret: secret })
  const response = await fetch(`${issuer}/oauth/introspect`, { method: 'POST', body })
  if (!response.ok) throw new Error(`introspection answered ${response.status}`)
  return (await response.json()).active !== false
}
