import type { Secret } from '@lumojit/protocol'

const MARK = Buffer.from('[secret]')

/** Bytes as they pass, with every token that is known by then taken out, also where two chunks meet. */
export async function* hideTokens(
  body: AsyncIterable<Uint8Array>,
  tokens: () => Iterable<Secret>,
): AsyncGenerator<Uint8Array, void, void> {
  const hidden = [...tokens()].map((token) => Buffer.from(token.reveal()))
  const longest = Math.max(0, ...hidden.map(({ length }) => length))
  let held = Buffer.alloc(0)
  for await (const chunk of body) {
    held = without(Buffer.concat([held, chunk]), hidden)
    // A token may have begun at the end; what cannot be the beginning of one goes on.
    const safe = held.length - (longest - 1)
    if (safe > 0) {
      yield held.subarray(0, safe)
      held = held.subarray(safe)
    }
  }
  if (held.length > 0) yield held
}

export const hideInText = (text: string, tokens: Iterable<Secret>): string =>
  [...tokens].reduce((kept, token) => kept.replaceAll(token.reveal(), MARK.toString()), text)

function without(bytes: Buffer, hidden: readonly Buffer[]): Buffer<ArrayBuffer> {
  let kept = Buffer.from(bytes)
  for (const token of hidden) {
    for (let at = kept.indexOf(token); at >= 0; at = kept.indexOf(token, at + MARK.length))
      kept = Buffer.concat([kept.subarray(0, at), MARK, kept.subarray(at + token.length)])
  }
  return kept
}
