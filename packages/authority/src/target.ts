import { readAudience } from './audience.ts'
import type { Context } from './context.ts'
import { readText } from './input.ts'
import { OperationError } from './operation-error.ts'

/** RFC 8707 `resource`, as it becomes `aud`. The authority itself is never a target. */
export const readTarget = (context: Context, value: unknown): string | undefined => {
  const text = readText('resource', value, 2048)
  if (text === undefined) return undefined
  const { resources, issuer, url } = context.configuration
  const audience = readAudience(text)
  if (audience === undefined || audience === issuer || audience === url.origin)
    throw new OperationError('invalid_target', '`resource` is no absolute URI of a resource.', {
      fix: "Send the resource's audience: an absolute URI without a fragment.",
    })
  if (resources && !resources.some((resource) => resource.audience === audience))
    throw new OperationError('invalid_target', '`resource` is not registered here.', {
      fix: 'Register its audience at the authority, or send one that is.',
    })
  return audience
}
