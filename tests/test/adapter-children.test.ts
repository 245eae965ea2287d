import { AssertionError } from 'node:assert'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdapterDriver, pretendDriver, testAdapter } from '@lumojit/conformance'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lumojit-notes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inProcesses = (driver: AdapterDriver) => {
  const found = testAdapter(driver).find(
    (each) => each.id === 'pause:goes-on-in-a-new-process' && each.title.startsWith('killed, app'),
  )
  if (!found) throw new Error('The suite has no case in several processes.')
  return found
}

const lives = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('child processes of the adapter suite', () => {
  it('are gone when a case fails while they live', async () => {
    const notes = join(folder, 'pids')
    const module = new URL(
      `./forgetful-driver.ts?notes=${encodeURIComponent(notes)}`,
      import.meta.url,
    )
    await expect(inProcesses({ ...pretendDriver, module }).run()).rejects.toThrow(AssertionError)
    const pids = readFileSync(notes, 'utf8').trim().split('\n').map(Number)
    expect(pids.length).toBe(1)
    expect(pids.filter((pid) => pid === process.pid || lives(pid))).toEqual([])
  })

  it('that cannot load the driver say why', async () => {
    const module = new URL('./no-such-driver.ts', import.meta.url)
    await expect(inProcesses({ ...pretendDriver, module }).run()).rejects.toThrow(/no-such-driver/)
  })
})
