import { GuardError } from './guard-error.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Keys and revocations decide who gets in, so they travel over https, or do not leave the machine. */
export function trustedUrl(value: unknown, name: string): string {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (typeof value !== 'string' || url === null || url.username !== '' || url.password !== '') {
    throw new GuardError(
      'OPTIONS_INVALID',
      `${name} is not an absolute URL without user information.`,
      `Give ${name} as an https URL.`,
    )
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
    return value
  }
  throw new GuardError(
    'INSECURE_URL',
    `${name} is neither https nor a loopback address.`,
    `Use an https URL for ${name}; plain http is allowed on 127.0.0.0/8, [::1] and localhost only.`,
  )
}
