import { join } from 'node:path'
import type { PlannedCall } from '../model/script.ts'
import type { Piece } from '../piece.ts'
import { type AgentProgram, agentChecks } from './agents.ts'
import { crewsOwnClient } from './crews-own-client.ts'
import { exampleChecks } from './examples.ts'
import { SEEDS, seedChecks } from './seeds.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'examples')
const PROGRAMS = join(import.meta.dirname, '..', 'programs')

const READ: PlannedCall = { tool: 'fetch_document', args: { document_id: 'doc_9982' } }
const SUMMARY: PlannedCall = { tool: 'fetch_financial_summary', args: { report_id: 'FY2024-Q4' } }
const PAY: PlannedCall = { tool: 'pay_invoice', args: { invoice: 'inv_204' } }
/** The gateway keeps what goes into a body apart from what goes into an address. */
const PAY_BY_GATEWAY: PlannedCall = { tool: 'pay_invoice', args: { body: PAY.args } }
const REPORT: PlannedCall = { tool: 'write_analysis_report', args: { content: 'All is well.' } }
const PAID = ['payment: {"invoice":"inv_204"}']
const REPORTED = ['report: {"content":"All is well."}']

const byGateway = (file: string, timeoutSeconds?: number): AgentProgram => ({
  file,
  by: 'gateway',
  plan: [READ, PAY_BY_GATEWAY],
  effects: PAID,
  ...(timeoutSeconds !== undefined && { timeoutSeconds }),
})

/** Besides its seed program: a framework's own agent through the gateway, and with its own Python tools through the proxy. */
const AGENTS: Readonly<Record<string, readonly AgentProgram[]>> = {
  agno: [
    byGateway(join(EXAMPLES, 'agno', 'agent.py'), 10),
    {
      file: join(EXAMPLES, 'agno', 'own_tools.py'),
      by: 'proxy',
      plan: [READ, SUMMARY],
      effects: [],
    },
  ],
  crewai: [
    byGateway(join(EXAMPLES, 'crewai', 'agent.py'), 30),
    {
      file: join(EXAMPLES, 'crewai', 'own_tools.py'),
      by: 'proxy',
      plan: [READ, REPORT],
      effects: REPORTED,
    },
  ],
  'openai-agents': [
    byGateway(join(PROGRAMS, 'openai_agents_gateway.py'), 5),
    {
      file: join(PROGRAMS, 'openai_agents_own.py'),
      by: 'proxy',
      plan: [READ, PAY],
      effects: PAID,
      timeoutSeconds: 10,
    },
  ],
  'google-adk': [
    byGateway(join(PROGRAMS, 'google_adk_gateway.py')),
    {
      file: join(PROGRAMS, 'google_adk_own.py'),
      by: 'proxy',
      plan: [READ, PAY],
      effects: PAID,
    },
  ],
}

/** What the gateway's side of a framework needs beside what its document names. */
const EXTRAS: Readonly<Record<string, string>> = {
  agno: 'agno[mcp]',
  'crewai-tools': 'crewai-tools[mcp]',
  'google-adk': 'google-adk[mcp]',
}

const seeds: readonly Piece[] = SEEDS.map((seed) => ({
  name: seed.name,
  requirements: [...seed.requirements.map((each) => EXTRAS[each] ?? each), 'lumoauth', 'requests'],
  checks: [
    ...seedChecks(seed),
    ...(AGENTS[seed.name] ?? []).flatMap(agentChecks),
    ...(seed.name === 'crewai'
      ? crewsOwnClient({ plan: [READ, PAY_BY_GATEWAY], effects: PAID, timeoutSeconds: 30 })
      : []),
    ...(exampleChecks[seed.name] ?? []),
  ],
}))

/** The official client of the protocol, without a framework around it. */
const officialClient: Piece = {
  name: 'mcp',
  requirements: ['mcp'],
  checks: agentChecks(byGateway(join(PROGRAMS, 'mcp_client.py'), 2)),
}

export const frameworks: readonly Piece[] = [...seeds, officialClient]
