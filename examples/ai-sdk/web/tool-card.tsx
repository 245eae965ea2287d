import { type DynamicToolUIPart, getToolName, type ToolUIPart } from 'ai'

interface Props {
  readonly part: ToolUIPart | DynamicToolUIPart
  readonly open: boolean
  readonly answer: (answer: { id: string; approved: boolean }) => unknown
}

/** One tool call. While it waits for a person elsewhere, “Continue” looks whether that person has decided. */
export function ToolCard({ part, open, answer }: Props) {
  const name = getToolName(part)
  const input = JSON.stringify(part.input)
  if (part.state === 'approval-requested' && open) {
    const { id, requestReason } = part.approval
    return (
      <section className="card waiting" aria-label={`${name} waits`}>
        <h2>Needs an approval</h2>
        <p>
          <code>{name}</code> <code>{input}</code>
        </p>
        <p>{requestReason}</p>
        <p>
          <a href="/desk" target="_blank" rel="noreferrer">
            Where Dana decides
          </a>
        </p>
        <button type="button" onClick={() => answer({ id, approved: true })}>
          Continue
        </button>
        <button type="button" onClick={() => answer({ id, approved: false })}>
          Forget it
        </button>
      </section>
    )
  }
  const refusal = part.state === 'output-available' ? refusalIn(part.output) : undefined
  return (
    <section className={refusal ? 'card refused' : 'card'} aria-label={name}>
      <code>{name}</code> <span>{refusal ?? stateOf(part.state)}</span>
    </section>
  )
}

function refusalIn(output: unknown): string | undefined {
  const { error, code, message } = Object(output)
  return error === 'permission_refused' ? `${code}${message ? `: ${message}` : ''}` : undefined
}

function stateOf(state: Props['part']['state']): string {
  if (state === 'output-available') return 'done'
  if (state === 'output-denied' || state === 'approval-requested') return 'forgotten'
  return state === 'output-error' ? 'failed' : 'running'
}
