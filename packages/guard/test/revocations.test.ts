import { expect, it } from 'vitest'
import { Revocations } from '../src/revocations.ts'
import { hashOf } from './pretend-authority.ts'

const event = (name: string, data: unknown) => ({ event: name, data: JSON.stringify(data), id: '' })

it('forgets what can pass nowhere any more, and keeps the longer of two lives', async () => {
  const revocations = new Revocations()
  revocations.take(event('revoked', { token: hashOf('short'), exp: 1_000 }))
  revocations.take(event('task-ended', { task: hashOf('long'), exp: 2_000 }))
  revocations.take(event('task-ended', { task: hashOf('long'), exp: 900 }))
  revocations.prune(1_060_000)
  expect(revocations.size).toBe(2)
  revocations.prune(1_120_001)
  expect(revocations.size).toBe(1)
  expect(await revocations.include('short', undefined)).toBe(false)
  expect(await revocations.include('any', 'long')).toBe(true)
  revocations.prune(2_180_002)
  expect(revocations.size).toBe(0)
})

it('never takes a token for a task or a task for a token', async () => {
  const revocations = new Revocations()
  revocations.take(event('revoked', { token: hashOf('a'), exp: 1 }))
  revocations.take(event('task-ended', { task: hashOf('b'), exp: 1 }))
  expect(await revocations.include('b', 'a')).toBe(false)
})

it.each([
  ['revoked', { task: 'x', exp: 1 }],
  ['revoked', { token: 'x' }],
  ['revoked', { token: '', exp: 1 }],
  ['revoked', null],
  ['task-ended', { task: 'x', exp: '1' }],
])('cannot read %s %j', (name, data) => {
  expect(() => new Revocations().take(event(name, data))).toThrow()
})

it('passes over events of other names', () => {
  const revocations = new Revocations()
  revocations.take({ event: 'message', data: 'not JSON', id: '' })
  expect(revocations.size).toBe(0)
})
