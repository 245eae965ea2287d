import { expect, it } from 'vitest'
import { incomingRequest } from '../src/incoming-request.ts'

it('keeps a path that looks like a host a path', () => {
  const request = incomingRequest({ method: 'GET', url: '//evil.test/x?y', rawHeaders: [] })
  expect(request?.url).toBe('http://localhost//evil.test/x?y')
})

it('keeps every header, and leaves pseudo-headers of HTTP/2 out', () => {
  const rawHeaders = [':path', '/', 'A', '1', 'a', '2']
  const request = incomingRequest({ method: 'POST', url: '/', rawHeaders })
  expect(request?.method).toBe('POST')
  expect([...(request?.headers ?? [])]).toEqual([['a', '1, 2']])
})
