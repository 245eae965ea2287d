import type { Json } from '@lumojit/protocol'

/** An answer with a status of 2xx or 4xx, and a body that is a JSON object or not there. */
export interface Answer {
  /** Method and path, for errors. */
  readonly to: string
  readonly status: number
  readonly ok: boolean
  readonly headers: Headers
  readonly body: { readonly [member: string]: Json | undefined }
  /** The server's short code, when it looks like one. Safe to show. */
  readonly code: string | undefined
  /** What it said besides; read for hints, never shown. */
  readonly prose: string
}
