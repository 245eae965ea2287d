import type { Tamper } from '@lumojit/conformance'

/** What an attacker makes of something saved that went through their hands. */
export function tampered(value: unknown, tamper: Tamper): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => tampered(each, tamper))
  const object = value as { readonly [member: string]: unknown }
  if (object.type === 'lumojit.permission' && tamper.kind === 'foreign-handle') {
    return { ...object, ...tamper.approval }
  }
  const call = tamper.kind === 'changed-arguments' && object.id === tamper.callId
  const changed = call && 'args' in object ? { ...object, args: tamper.args } : object
  return Object.fromEntries(
    Object.entries(changed).map(([member, held]) => [
      member,
      call && member === 'args' ? held : tampered(held, tamper),
    ]),
  )
}
