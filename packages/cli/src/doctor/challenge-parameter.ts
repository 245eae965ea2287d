import { parseWwwAuthenticate } from '@lumojit/protocol'

export function parameterOf(headers: Headers, name: string): string | undefined {
  for (const { parameters } of parseWwwAuthenticate(headers.get('www-authenticate'))) {
    const value = parameters.get(name)
    if (value !== undefined) return value
  }
  return undefined
}
