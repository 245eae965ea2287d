import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml'

const LAYOUT = { lineWidth: 0, flowCollectionPadding: false } as const

type Credential = { readonly id: string; readonly secret_hash: string; readonly name?: string }
interface Seed {
  agents?: (Record<string, unknown> & { id?: unknown })[]
  users?: (Record<string, unknown> & { id?: unknown })[]
}

/** The seed with one agent more. Comments, order and everything else stay as they are. */
export function withAgent(text: string, agent: Credential): string {
  const json = asJson(text)
  if (json !== undefined) return toJson({ ...json, agents: [...(json.agents ?? []), agent] })
  const document = parseDocument(text)
  const agents = document.get('agents')
  if (isSeq(agents)) {
    if (agents.items.length === 0) agents.flow = false
    agents.add(document.createNode(agent))
  } else document.set('agents', document.createNode([agent]))
  return document.toString(LAYOUT)
}

/** The seed with another hash for an agent it has; a secret in plain text goes. */
export function withSecretHash(text: string, id: string, hash: string): string {
  const json = asJson(text)
  if (json !== undefined) {
    const agents = json.agents?.map((agent) => {
      if (agent.id !== id) return agent
      const { secret: _, ...kept } = agent
      return { ...kept, secret_hash: hash }
    })
    return toJson({ ...json, agents })
  }
  const document = parseDocument(text)
  const agents = document.get('agents')
  for (const item of isSeq(agents) ? agents.items : []) {
    if (!isMap(item) || item.get('id') !== id) continue
    const agent = item as YAMLMap
    agent.delete('secret')
    agent.set('secret_hash', hash)
  }
  return document.toString(LAYOUT)
}

/** The seed with another hash for a user it has. */
export function withPasswordHash(text: string, id: string, hash: string): string {
  const json = asJson(text)
  if (json !== undefined) {
    const users = json.users?.map((user) =>
      user.id === id ? { ...user, password_hash: hash } : user,
    )
    return toJson({ ...json, users })
  }
  const document = parseDocument(text)
  const users = document.get('users')
  for (const item of isSeq(users) ? users.items : [])
    if (isMap(item) && item.get('id') === id) (item as YAMLMap).set('password_hash', hash)
  return document.toString(LAYOUT)
}

/** A first seed file: one organization, and one person who may decide. */
export const starter = (
  org: string,
): string => `# What \`lumojit dev\` serves; @lumojit/authority's README lists every member.
organization: ${JSON.stringify(org)}

# Who may decide what agents ask for.
users:
  - id: u_you
    email: you@example.com
    rights: [jit.approve, jit.audit, jit.admin]

# \`lumojit agent create NAME\` adds one; only the hash of its secret is kept here.
agents: []
`

function asJson(text: string): Seed | undefined {
  try {
    return JSON.parse(text) as Seed
  } catch {
    return undefined
  }
}

const toJson = (seed: unknown) => `${JSON.stringify(seed, null, 2)}\n`
