import type { Dialect } from '../challenge.ts'
import type { DialectReader, DialectWriter } from './dialect.ts'
import { lumoauth, writeLumoauth } from './lumoauth.ts'
import { rar401, writeRar401 } from './rar-401.ts'
import { rar403, writeRar403 } from './rar-403.ts'
import { scope, writeScope } from './scope.ts'

/** Every dialect this library reads. */
export const readers: readonly DialectReader[] = [rar401, lumoauth, rar403, scope]

/** Every dialect this library writes. */
export const writers: Readonly<Record<Dialect, DialectWriter>> = {
  'rar-401': writeRar401,
  lumoauth: writeLumoauth,
  'rar-403': writeRar403,
  scope: writeScope,
}
