import type { AuthorizationDetail, AuthorizationDetails, Reuse } from '@lumojit/protocol'

export type RiskLevel = 'low' | 'medium' | 'high' | 'critical'

/** What the rules are asked. Texts of the agent are for people to judge and are not among it. */
export interface Question {
  readonly details: AuthorizationDetails
  readonly resource?: string
  readonly reuse: Reuse
  readonly agentId: string
  /** E-mail address: a label that the agent gave. */
  readonly onBehalfOf?: string
  /** The user whose token the agent acts by, with what the options say of them: rules can hold an agent to that. */
  readonly subject?: {
    readonly id: string
    readonly email: string
    readonly rights: readonly string[]
    readonly scope?: string
  }
}

export interface Verdict {
  readonly risk: RiskLevel
  /** `ask`: a person decides. */
  readonly decision: 'grant' | 'ask' | 'deny'
}

/** PORT: rates a question and says who decides it. Whatever throws is treated as `ask` at critical risk. */
export interface Policy {
  judge(question: Question): Verdict | Promise<Verdict>
}

const LEVELS: readonly RiskLevel[] = ['low', 'medium', 'high', 'critical']

/** 0 is the riskiest: the order in which people see what waits for them. */
export const riskRank = (risk: RiskLevel): number => LEVELS.length - 1 - LEVELS.indexOf(risk)

const higher = (a: RiskLevel, b: RiskLevel): RiskLevel =>
  LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b

/** Actions that LumoAuth documents, lower case. */
const ACTIONS: Readonly<Record<string, RiskLevel>> = {
  get: 'low',
  head: 'low',
  options: 'low',
  select: 'low',
  read: 'low',
  list: 'low',
  post: 'medium',
  put: 'medium',
  patch: 'medium',
  insert: 'medium',
  update: 'medium',
  write: 'medium',
  delete: 'high',
  admin: 'high',
  execute: 'high',
}

/** Types whose every use a person sees. Money that moves is `payment`, whatever it is called. */
const TYPES: Readonly<Record<string, RiskLevel>> = {
  payment: 'critical',
  payment_initiation: 'critical',
  wire_transfer: 'critical',
  user_data: 'critical',
  credentials: 'critical',
}

export interface RiskTable {
  /** Added to, and stronger than, the documented ones. Keys of `actions` are compared case-insensitively. */
  readonly types?: Readonly<Record<string, RiskLevel>>
  readonly actions?: Readonly<Record<string, RiskLevel>>
  /** Highest level that is granted without a person. Default `medium`; `none` asks always. */
  readonly grantUpTo?: RiskLevel | 'none'
}

/**
 * The documented risk table: the level is the highest of the type's, each action's and each
 * privilege's. An unknown action, or none at all, is at least `medium`.
 */
export const riskTable = (table: RiskTable = {}): Policy => {
  const types = new Map(Object.entries({ ...TYPES, ...table.types }))
  const own = Object.entries(table.actions ?? {}).map(([name, level]) => [
    name.toLowerCase(),
    level,
  ])
  const actions = new Map<string, RiskLevel>([...Object.entries(ACTIONS), ...own] as [
    string,
    RiskLevel,
  ][])
  const grantUpTo = table.grantUpTo ?? 'medium'

  const rate = (detail: AuthorizationDetail): RiskLevel => {
    const verbs = [...(detail.actions ?? []), ...(detail.privileges ?? [])]
    if (verbs.length === 0) return higher(types.get(detail.type) ?? 'low', 'medium')
    return verbs
      .map((verb) => actions.get(verb.toLowerCase()) ?? 'medium')
      .reduce(higher, types.get(detail.type) ?? 'low')
  }

  return {
    judge: ({ details }) => {
      const risk = details.map(rate).reduce(higher, 'low')
      const granted = grantUpTo !== 'none' && LEVELS.indexOf(risk) <= LEVELS.indexOf(grantUpTo)
      return { risk, decision: granted ? 'grant' : 'ask' }
    },
  }
}
