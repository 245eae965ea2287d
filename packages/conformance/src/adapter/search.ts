import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { leaks } from './canaries.ts'
import { DETAIL_WORDS, JUSTIFICATION } from './suite-tools.ts'

/** Of ours, neither the details nor the reason given to the approver. */
export function mustHideWords(text: string): void {
  for (const word of [JUSTIFICATION, ...DETAIL_WORDS]) {
    assert.ok(!text.includes(word), `${word} can be read outside`)
  }
}

/** Events name types of details; of the reason they say nothing. */
export function mustHideReason(text: string): void {
  assert.ok(!text.includes(JUSTIFICATION), `${JUSTIFICATION} can be read in an event`)
}

/** No token, in any form, of whatever kind. */
export function mustHideTokens(tokens: readonly string[], text: string): void {
  assert.ok(tokens.length > 0, 'no token was ever issued: this search proves nothing')
  assert.deepEqual(leaks(tokens, text), [], 'tokens can be read outside')
}

/** The text of every file below, byte for byte. A file that its owner takes away meanwhile is no file. */
export async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        readFile(join(entry.parentPath, entry.name), 'latin1').catch((error) => {
          if (error.code === 'ENOENT') return ''
          throw error
        }),
      ),
  )
}
