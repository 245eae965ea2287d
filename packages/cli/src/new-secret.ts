import { randomBytes } from 'node:crypto'

/** 256 bits; the prefix lets scanners of repositories know it for what it is. */
export const newSecret = (): string => `lumojit_${randomBytes(32).toString('base64url')}`
