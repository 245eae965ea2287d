import { testAuthority } from '@lumojit/conformance'
import { describe, it } from 'vitest'
import { openAuthority } from './open-authority.ts'

describe('lumoAuth() over HTTP', () => {
  const cases = testAuthority({ name: 'lumoAuth()', open: () => openAuthority('http') })
  for (const { id, title, run } of cases) it(`${id} — ${title}`, run)
})
