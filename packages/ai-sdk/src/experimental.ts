import { encodeBase64url } from '@lumojit/protocol'

/**
 * Everything of the SDK that is named experimental, or is no name at all, stands here. A test holds
 * each of them against the installed SDK.
 */
export interface ExperimentalOptions<TRANSFORM = unknown> {
  readonly experimental_transform?: TRANSFORM | readonly TRANSFORM[]
  readonly experimental_toolApprovalSecret?: string | Uint8Array
  readonly experimental_toolCallers?: Readonly<Record<string, unknown>>
}

export type SigningKey = string | Uint8Array | undefined

export const signingKeyOf = (options: ExperimentalOptions): SigningKey =>
  options.experimental_toolApprovalSecret

export const callersOf = (options: ExperimentalOptions): Readonly<Record<string, unknown>> =>
  options.experimental_toolCallers ?? {}

/** Under its former name, which the SDK still takes where the new one is not given. */
export interface OldListeners<E> {
  readonly experimental_onToolCallFinish?: (event: E) => unknown
}

export const oldNameOf = <E>(listeners: OldListeners<E>) => listeners.experimental_onToolCallFinish

/** Ours first, so that transforms of the application see the SDK's own parts only. */
export function withTransform<T>(own: T, theirs: T | readonly T[] | undefined) {
  return { experimental_transform: [own, ...(theirs === undefined ? [] : [theirs].flat())] as T[] }
}

/** A call as approval requests and signatures name it. */
export interface NamedCall {
  readonly toolCallId: string
  readonly toolName: string
  readonly input: unknown
}

/** The SDK signs approval requests under this option and refuses those it did not sign; ours are signed the same way. */
export async function signatureFor(
  signingKey: SigningKey,
  approvalId: string,
  { toolCallId, toolName, input }: NamedCall,
): Promise<{ readonly signature?: string }> {
  if (signingKey === undefined) return {}
  const bytes = typeof signingKey === 'string' ? utf8(signingKey) : new Uint8Array(signingKey)
  const use = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes, use, false, ['sign'])
  const inputDigest = base64url(await crypto.subtle.digest('SHA-256', utf8(sorted(input))))
  const said = ['ai-sdk-tool-approval-v1', approvalId, toolCallId, toolName, inputDigest]
  return { signature: base64url(await crypto.subtle.sign('HMAC', key, utf8(JSON.stringify(said)))) }
}

/** What the model wrote, where the input schema made something else of it: the SDK validates again from that. */
export function writtenInput(call: object): { readonly inputSchemaInput?: unknown } {
  const mark = Object.getOwnPropertySymbols(call).find(
    ({ description }) => description === 'ai-sdk-tool-call-input-schema-input',
  )
  if (mark === undefined) return {}
  const { [mark]: written, input } = call as Record<PropertyKey, unknown>
  return sorted(written) === sorted(input) ? {} : { inputSchemaInput: written }
}

/** JSON with sorted members, exactly as the SDK hashes it. */
function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    return `[${value.map((item) => (item === undefined ? 'null' : sorted(item))).join(',')}]`
  }
  const members = value as Readonly<Record<string, unknown>>
  const names = Object.keys(members).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${sorted(members[name])}`).join(',')}}`
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const base64url = (bytes: ArrayBuffer) => encodeBase64url(new Uint8Array(bytes))
