import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** 2^15 × 8 × 128 bytes: 32 MiB and some 60 ms for each guess. */
const LOG_N = 15
const BLOCK = 8
const KEY_BYTES = 32

const derive = (secret: string, salt: Buffer, logN: number, block: number, parallel: number) =>
  new Promise<Buffer>((resolve, reject) => {
    const options = { N: 2 ** logN, r: block, p: parallel, maxmem: 256 * 2 ** logN * block }
    scrypt(secret, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })

const FORM = /^scrypt\$(1[4-9]|20)\$([1-9]|1[0-6])\$([1-4])\$([\w-]{22,86})\$([\w-]{43})$/

export const isSecretHash = (text: string): boolean => FORM.test(text)

/** `scrypt$log2(N)$r$p$salt$key` (RFC 7914), the last two in base64url: what a seed file keeps of a secret. */
export const hashSecret = async (secret: string): Promise<string> => {
  const salt = randomBytes(16)
  const key = await derive(secret, salt, LOG_N, BLOCK, 1)
  return `scrypt$${LOG_N}$${BLOCK}$1$${salt.toString('base64url')}$${key.toString('base64url')}`
}

/** Whether this is the secret of that hash; false for what is no hash. */
export const verifySecret = async (hash: string, secret: string): Promise<boolean> => {
  const [, logN, block, parallel, salt, key] = FORM.exec(hash) ?? []
  if (salt === undefined || key === undefined) return false
  const derived = await derive(
    secret,
    Buffer.from(salt, 'base64url'),
    Number(logN),
    Number(block),
    Number(parallel),
  )
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'))
}
