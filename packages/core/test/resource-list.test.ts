import { describe, expect, it } from 'vitest'
import { isAt, ResourceList } from '../src/resource-list.ts'

const at = (entry: string, url: string) => new ResourceList([entry]).match(new URL(url))?.url

describe('send:only-listed-resources', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com/v1/x?q=1#f'],
    ['https://api.example.com', 'https://api.example.com:443/x'],
    ['https://api.example.com:443', 'https://api.example.com/x'],
    ['https://API.example.com/', 'https://api.EXAMPLE.com/x'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/x'],
    ['http://127.9.9.9:80', 'http://127.9.9.9/x'],
    ['http://[::1]:3000', 'http://[::1]:3000/x'],
    ['http://localhost:3000', 'http://localhost:3000/x'],
    ['https://api.example.com/v1', 'https://api.example.com/v1'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/'],
    ['https://api.example.com/v1', 'https://api.example.com/v1?q=1'],
    ['https://api.example.com/v1/', 'https://api.example.com/v1'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/a/../b'],
    ['https://api.example.com/v1', 'https://api.example.com/x/../v1/b'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/a%20b'],
  ])('send:only-listed-resources — %s holds %s', (entry, url) => {
    expect(at(entry, url)).toBe(entry)
  })

  it.each([
    ['https://api.example.com', 'http://api.example.com/x'],
    ['https://api.example.com', 'https://api.example.com:8443/x'],
    ['https://api.example.com', 'https://api.example.com.evil.com/x'],
    ['https://api.example.com', 'https://evil.com/api.example.com'],
    ['https://api.example.com', 'https://sub.api.example.com/x'],
    ['https://api.example.com', 'https://example.com/x'],
    ['http://localhost:3000', 'http://127.0.0.1:3000/x'],
    ['http://localhost:3000', 'https://localhost:3000/x'],
    ['https://api.example.com/v1', 'https://api.example.com/'],
    ['https://api.example.com/v1', 'https://api.example.com/v10'],
    ['https://api.example.com/v1', 'https://api.example.com/v1x/y'],
    ['https://api.example.com/v1', 'https://api.example.com/V1/x'],
    ['https://api.example.com/v1', 'https://api.example.com//v1/x'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/../v2'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/%2e%2e/v2'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/.%2E/v2'],
    ['https://api.example.com/v1', 'https://api.example.com/v1\\..\\v2'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/..%2fv2'],
    ['https://api.example.com/v1', 'https://api.example.com/v1/%2e%2e%5cv2'],
    ['https://api.example.com', 'blob:https://api.example.com/x'],
  ])('send:only-listed-resources — %s does not hold %s', (entry, url) => {
    expect(at(entry, url)).toBeUndefined()
  })

  it('the entry with the longest path wins, whatever the order', () => {
    const entries = [
      'https://a.example',
      'https://a.example/v1/deep',
      'https://a.example/v1',
    ] as const
    for (const order of [entries, [...entries].reverse()]) {
      const list = new ResourceList(order)
      expect(list.match(new URL('https://a.example/v1/deep/x'))?.url).toBe(
        'https://a.example/v1/deep',
      )
      expect(list.match(new URL('https://a.example/v1/x'))?.url).toBe('https://a.example/v1')
      expect(list.match(new URL('https://a.example/v2'))?.url).toBe('https://a.example')
    }
  })
})

describe('what may be listed', () => {
  it.each([
    'http://api.example.com',
    'http://localhost.evil.com',
    'http://127.0.0.1.nip.io',
    'http://127.evil.com',
    'http://0.0.0.0:80',
    'http://10.0.0.1',
    'http://[::2]',
    'http://[::ffff:127.0.0.1]',
    'http://localhost.:80',
    'ftp://localhost',
    'file:///etc/passwd',
    'ws://127.0.0.1',
  ])('send:only-listed-resources — %s is INSECURE_URL', (entry) => {
    expect(() => new ResourceList([entry])).toThrow(
      expect.objectContaining({ code: 'INSECURE_URL', fix: expect.stringContaining('https') }),
    )
  })

  it.each([
    'https://user@api.example.com',
    'https://user:secret-canary@api.example.com',
    'https://:secret-canary@api.example.com',
    'https://*.example.com',
    'https://api.example.com/*',
    'https://api.example.com/v1?tenant=1',
    'https://api.example.com/#x',
    'api.example.com',
    '/v1',
    '',
  ])(
    'send:only-listed-resources — %s is CONFIG_INVALID, and its secrets are not repeated',
    (entry) => {
      expect(() => new ResourceList([entry])).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.not.stringContaining('canary'),
        }),
      )
    },
  )

  it.each([[undefined], [null], [[]], ['https://api.example.com'], [[undefined]], [[{}]], [[7]]])(
    'a list that is %j is CONFIG_INVALID',
    (entries) => {
      expect(() => new ResourceList(entries as never)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
    },
  )

  it('the same twice, however it is written, is CONFIG_INVALID', () => {
    for (const twice of ['https://a.example', 'https://a.example/', 'https://A.example:443']) {
      expect(() => new ResourceList(['https://a.example', { url: twice, types: ['x'] }])).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', fix: 'List it once.' }),
      )
    }
  })

  it('a base token of no known kind is CONFIG_INVALID', () => {
    const entry = { url: 'https://a.example', baseToken: 'mine' as never }
    expect(() => new ResourceList([entry])).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})

describe('named', () => {
  const list = new ResourceList([
    { url: 'http://127.0.0.1:3000', audience: 'https://api.acme-corp.com' },
    { url: 'https://other.example', audience: 'urn:other' },
  ])
  it.each([
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['https://api.acme-corp.com', 'http://127.0.0.1:3000'],
    ['urn:other', 'https://other.example'],
    ['https://other.example/v1/x', 'https://other.example'],
  ])('%s names %s', (name, url) => {
    expect(list.named(name)?.url).toBe(url)
  })
  it.each(['', 'other', 'urn:another', 'https://evil.example', 'https://other.example.evil'])(
    '%j names none',
    (name) => {
      expect(list.named(name)).toBeUndefined()
    },
  )
})

describe('challenge:foreign-location-refused', () => {
  const local = { url: 'http://127.0.0.1:3000', audience: 'https://api.acme-corp.com' }
  const scoped = { url: 'https://api.example.com/v1' }
  const opaque = { url: 'https://api.example.com', audience: 'urn:acme:api' }

  it.each([
    [local, 'http://127.0.0.1:3000'],
    [local, 'http://127.0.0.1:3000/documents/1'],
    [local, 'https://api.acme-corp.com'],
    [local, 'https://api.acme-corp.com/'],
    [local, 'https://API.acme-corp.com:443/documents/1'],
    [local, '/documents/1'],
    [local, 'documents/1'],
    [scoped, 'https://api.example.com/v1'],
    [scoped, '/v1/x'],
    [opaque, 'urn:acme:api'],
  ])('challenge:foreign-location-refused — %j has %s', (resource, location) => {
    expect(isAt(location, resource)).toBe(true)
  })

  it.each([
    [local, 'https://evil.com'],
    [local, '//evil.com/documents'],
    [local, 'https://api.acme-corp.com.evil.com'],
    [local, 'http://api.acme-corp.com'],
    [local, 'http://127.0.0.1:3001'],
    [local, 'https://user@api.acme-corp.com'],
    [local, 'urn:acme:api'],
    [scoped, 'https://api.example.com'],
    [scoped, 'https://api.example.com/v2'],
    [scoped, '/v10'],
    [scoped, '/v1/../v2'],
    [opaque, 'urn:acme:api2'],
    [opaque, 'urn:other'],
    [opaque, 'blob:https://api.example.com/x'],
    [opaque, 'https://'],
  ])('challenge:foreign-location-refused — %j has not %s', (resource, location) => {
    expect(isAt(location, resource)).toBe(false)
  })
})
