import type { AdapterSkip } from '../adapter-driver.ts'

export interface Variant {
  readonly stream: boolean
  readonly nested: boolean
  readonly swallow: boolean
}

export const PLAIN: Variant = { stream: false, nested: false, swallow: false }
export const STREAMED: Variant = { ...PLAIN, stream: true }
export const NESTED: Variant = { ...PLAIN, nested: true }
export const SWALLOWED: Variant = { ...PLAIN, swallow: true }
const TOGETHER: Variant = { stream: true, nested: true, swallow: true }

/** Where one way of running cannot stand for another. */
export const EVERY_WAY = [PLAIN, STREAMED, NESTED, SWALLOWED, TOGETHER] as const
/** Where what the model is told of an error matters, which a user's try/catch takes away. */
export const EVERY_HONEST_WAY = [PLAIN, STREAMED, NESTED] as const

export function waysOf(variant: Variant): readonly NonNullable<AdapterSkip['when']>[] {
  return (['stream', 'nested', 'swallow'] as const).filter((way) => variant[way])
}
