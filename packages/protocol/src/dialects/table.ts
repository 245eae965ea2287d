import type { DialectCodec } from './dialect.ts'
import { lumoauth } from './lumoauth.ts'
import { rar401 } from './rar-401.ts'
import { rar403 } from './rar-403.ts'
import { scope } from './scope.ts'

/** Every dialect this library speaks. */
export const dialects: readonly DialectCodec[] = [rar401, lumoauth, rar403, scope]
