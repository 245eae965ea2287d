import type { Tamper } from '@lumojit/conformance'

/** What an attacker makes of a saved state that went through their hands. */
export function tampered(state: string, tamper: Tamper): string {
  return JSON.stringify(changed(JSON.parse(state), tamper))
}

/** States lie inside states, as text. */
function changed(value: unknown, tamper: Tamper): unknown {
  if (typeof value === 'string') {
    const inner = value.startsWith('{') ? parsed(value) : undefined
    return inner === undefined ? value : JSON.stringify(changed(inner, tamper))
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => changed(each, tamper))
  const object = value as { readonly [member: string]: unknown }
  if (object.type === 'lumojit.permission') {
    if (tamper.kind === 'foreign-handle') return tamper.approval
    if (tamper.kind === 'resume-value') return tamper.value
  }
  const call = object.type === 'function_call' && tamper.kind === 'changed-arguments'
  if (call && object.callId === tamper.callId) {
    return { ...object, arguments: JSON.stringify(tamper.args) }
  }
  return Object.fromEntries(
    Object.entries(object).map(([member, held]) => [member, changed(held, tamper)]),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
