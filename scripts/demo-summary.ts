const counts = ['calls', 'requests', 'roundTrips', 'tokensIssued', 'tokensAliveAfter'] as const

/** What is wrong with the demo's JSON lines; nothing when they say that it asked, was served and left nothing alive. */
export function checkDemo(stdout: string): string[] {
  const lines = stdout.trim().split('\n')
  const records = lines.map(read)
  const faults = lines
    .filter((_, nth) => records[nth] === undefined)
    .map((line) => `not a JSON object: ${line.slice(0, 120)}`)
  const summary = records.at(-1)
  if (summary?.type !== 'summary') return [...faults, 'the last line is no summary']
  for (const name of counts)
    if (!Number.isInteger(summary[name])) faults.push(`${name} is no whole number`)
  if (faults.length > 0) return faults
  const of = (name: (typeof counts)[number]) => summary[name] as number
  if (of('tokensAliveAfter') !== 0)
    faults.push(`${of('tokensAliveAfter')} tokens outlived the task`)
  if (of('requests') < 3)
    faults.push(`asked ${of('requests')} times: low, medium and critical make 3`)
  // Every request that was granted is a token, and the agent's own token is one more.
  if (of('tokensIssued') < 3) faults.push(`only ${of('tokensIssued')} tokens were ever issued`)
  if (of('roundTrips') <= of('calls')) faults.push('no call was ever refused: nothing was shown')
  return faults
}

function read(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
