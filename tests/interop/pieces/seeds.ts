import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Conversation, oneAfterTheOther, type Script, type Turn } from '../model/script.ts'
import { startModel } from '../model/server.ts'
import { type Check, inEmptyDirectory, must } from '../piece.ts'
import { run } from '../python.ts'
import { openWorld } from '../world.ts'

/** A program that LumoAuth's documents show, and what its model does. */
export interface Seed {
  readonly name: string
  readonly requirements: readonly string[]
  /** Changes besides the URL: what the document's text needs to run with today's packages. */
  readonly mend?: readonly (readonly [from: string, to: string, why: string])[]
  readonly script: Script
  /** Effects the API must have seen, and nothing else. */
  readonly effects: readonly string[]
  readonly questions: number
}

const OUTLIVED = 'Tokens outlived the task.'
const DOCUMENT = { document_id: 'doc_9982' }

/** The document's own LangGraph loop lets the model ask: it copies what the refusal says. */
function asksByItself({ results }: Conversation): Turn {
  const last = results.at(-1)
  const read = { tool: 'fetch_protected_document', args: DOCUMENT }
  if (last === undefined) return { calls: [read] }
  if (last.tool === 'request_jit_access')
    return last.text.startsWith('Access granted') ? { calls: [read] } : { say: last.text }
  const { required_authorization_details: details } = parsed(last.text)
  if (details === undefined) return { say: `I was told: ${last.text}` }
  const args = {
    required_authorization_details_json: JSON.stringify(details),
    justification: 'The user wants a summary of it',
  }
  return { calls: [{ tool: 'request_jit_access', args }] }
}

function parsed(text: string): { readonly required_authorization_details?: unknown } {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

export const SEEDS: readonly Seed[] = [
  {
    name: 'agno',
    requirements: ['agno', 'openai'],
    script: oneAfterTheOther([
      { tool: 'fetch_document', args: DOCUMENT },
      { tool: 'fetch_financial_summary', args: { report_id: 'FY2024-Q4' } },
    ]),
    effects: [],
    questions: 2,
  },
  {
    name: 'crewai',
    requirements: ['crewai', 'crewai-tools'],
    script: oneAfterTheOther([
      { tool: 'fetch_sensitive_document', args: DOCUMENT },
      { tool: 'write_analysis_report', args: { content: 'All is well.' } },
    ]),
    effects: ['report: {"content":"All is well."}'],
    questions: 2,
  },
  {
    name: 'openai-agents',
    requirements: ['openai-agents'],
    script: oneAfterTheOther([
      { tool: 'fetch_protected_document', args: DOCUMENT },
      { tool: 'summarize_and_save', args: { ...DOCUMENT, summary: 'All is well.' } },
    ]),
    effects: ['summary: {"text":"All is well."}'],
    questions: 2,
  },
  {
    name: 'google-adk',
    requirements: ['google-adk'],
    mend: [
      ['from_text(\n', 'from_text(text=\n', 'google-genai takes it by keyword only since 1.0'],
    ],
    script: oneAfterTheOther([
      { tool: 'fetch_document', args: DOCUMENT },
      { tool: 'create_report', args: { title: 'Q4 Analysis', content: 'All is well.' } },
    ]),
    effects: ['report: {"title":"Q4 Analysis","content":"All is well."}'],
    questions: 2,
  },
  {
    name: 'langgraph',
    requirements: ['langgraph', 'langchain-openai'],
    script: asksByItself,
    effects: [],
    questions: 1,
  },
]

/** As the document stands, with its API on this machine. */
function programOf({ name, mend = [] }: Seed, apiUrl: string): string {
  const document = readFileSync(join(import.meta.dirname, '..', 'seeds', `${name}.py`), 'utf8')
  const changes = [['https://api.acme-corp.com', apiUrl] as const, ...mend]
  return changes.reduce((text, [from, to]) => {
    must(text.includes(from), `${name}.py no longer holds ${from}`)
    return text.replaceAll(from, to)
  }, document)
}

function runSeed(seed: Seed, decision: 'none' | 'approve' | 'deny') {
  return (python: string) => seedRun(seed, decision, python)
}

async function seedRun(
  seed: Seed,
  decision: 'none' | 'approve' | 'deny',
  python: string,
): Promise<undefined> {
  const world = await openWorld({
    audience: 'unchecked',
    ...(decision !== 'none' && { grantUpTo: 'none' }),
  })
  const model = await startModel(seed.script)
  if (decision !== 'none') world.human.will(decision)
  try {
    const { code, said } = await inEmptyDirectory(async (cwd) => {
      await writeFile(join(cwd, 'seed.py'), programOf(seed, world.apiUrl))
      const env = { ...world.env, ...model.env, HOME: cwd }
      return run(python, ['seed.py'], { cwd, env, deadlineMs: 180_000 })
    })
    const fault = `\n${said}\nAPI: ${world.api.answers.join(', ')}\nmodel: ${model.unknown.join(', ')}`
    const denied = decision === 'deny'
    must(code === 0, `It ended with ${code}.${fault}`)
    // Terminals and boxes break lines anywhere.
    const heard = said.replace(/[\s│┃║]+/g, '')
    must(
      heard.includes(world.api.secret) !== denied,
      `What the API told ${denied ? 'was' : 'was not'} heard.${fault}`,
    )
    if (denied) must(/denied/i.test(said), `Nobody heard of the denial.${fault}`)
    const effects = denied ? [] : seed.effects
    must(
      JSON.stringify(world.api.effects) === JSON.stringify(effects),
      `Effects: ${JSON.stringify(world.api.effects)}${fault}`,
    )
    if (!denied)
      must(world.questions() === seed.questions, `${world.questions()} questions${fault}`)
    if (decision !== 'none')
      must(world.human.saw.length === world.questions(), `${world.human.saw.length} were seen`)
    must(denied || world.tokensGranted() > 0, `No token was granted.${fault}`)
    must((await world.tokensAlive()) === 0, OUTLIVED)
  } finally {
    await model.close()
    await world.close()
  }
}

export function seedChecks(seed: Seed): readonly Check[] {
  return [
    { name: 'seed program: granted at once', run: runSeed(seed, 'none') },
    { name: 'seed program: a person approves', run: runSeed(seed, 'approve') },
    { name: 'seed program: a person denies', run: runSeed(seed, 'deny') },
    { name: 'seed program: control, it never completes', slow: true, run: neverCompletes(seed) },
  ]
}

/** That tokens die with the task is worth something only where they live without its end. */
function neverCompletes({ mend = [], ...seed }: Seed) {
  const lives = runSeed({ ...seed, mend: [...mend, ['jit.complete_task()', 'pass', '']] }, 'none')
  return async (python: string): Promise<undefined> => {
    const failure = await lives(python).then(
      () => undefined,
      (error: Error) => error.message,
    )
    must(failure === OUTLIVED, failure ?? 'Nothing was noticed.')
  }
}
