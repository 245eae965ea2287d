import { inspect } from 'node:util'

/** Where a secret was found, and in which dress. */
export interface Leak {
  readonly place: string
  readonly form: 'plain' | 'base64' | 'base64url' | 'url-encoded' | 'hex'
}

/**
 * Looks for secrets in anything: its JSON, its inspection, its text, its own hidden members. A
 * secret is found plain, URL-encoded, in hexadecimal, and in base64 at any of the three alignments.
 */
export function findLeaks(
  places: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): readonly Leak[] {
  const leaks: Leak[] = []
  for (const [place, value] of Object.entries(places)) {
    const text = everyTextOf(value)
    const found = new Set<Leak['form']>()
    for (const secret of secrets)
      for (const [form, needles] of Object.entries(dresses(secret)) as [Leak['form'], string[]][])
        if (needles.some((needle) => text.includes(needle))) found.add(form)
    for (const form of found) leaks.push({ place, form })
  }
  return leaks
}

function dresses(secret: string): Record<Leak['form'], string[]> {
  const bytes = Buffer.from(secret)
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const base64 = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    // The first and last characters also hold bits of the neighbours, which are not known here.
    return whole.replace(/=+$/, '').slice(shift === 0 ? 0 : 4, -2)
  })
  return {
    plain: [secret],
    base64,
    base64url: base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_')),
    'url-encoded': [percent, percent.toUpperCase(), encodeURIComponent(secret)].filter(
      (each) => each !== secret,
    ),
    hex: [bytes.toString('hex'), bytes.toString('hex').toUpperCase()],
  }
}

function everyTextOf(value: unknown): string {
  const parts: string[] = [typeof value === 'string' ? value : '']
  parts.push(
    inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null }),
  )
  try {
    parts.push(JSON.stringify(value) ?? '')
  } catch {
    // What has no JSON cannot leak through it.
  }
  for (let error = value; error instanceof Error; error = error.cause)
    parts.push(error.message, error.stack ?? '', String(error))
  return parts.join('\n')
}
