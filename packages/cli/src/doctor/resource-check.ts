import type { Resource } from '@lumojit/protocol'
import type { Obtained } from './secret.ts'

export interface ResourceCheck {
  readonly resource: Resource
  /** What to call: the URL that was named, else the resource's own. */
  readonly url: string
  readonly issuer: string
  readonly bindsAudience: boolean
  readonly obtain: (audience: string) => Promise<Obtained>
  readonly stop: AbortSignal
  readonly now: () => number
}
