import type { AuthorizationDetails } from '@lumojit/protocol'
import { expect, it } from 'vitest'
import { narrow } from '../src/narrowing.ts'

const ASKED: AuthorizationDetails = [
  {
    type: 'export',
    actions: ['read', 'list', 'delete'],
    locations: ['https://a', 'https://b'],
    limit: 5,
  },
  { type: 'audit', actions: ['write'] },
]
const form = (text: string) => (name: string) => new URLSearchParams(text).getAll(name)
const WHOLE =
  'keep-0=all&keep-0-actions=0&keep-0-actions=1&keep-0-actions=2&keep-0-locations=0&keep-0-locations=1&keep-1=all'

it('changes nothing when everything is still ticked', () => {
  expect(narrow(ASKED, form(WHOLE))).toBeUndefined()
})

it('console:narrows-by-position — leaves out what was unticked, and keeps what it does not know', () => {
  expect(
    narrow(ASKED, form('keep-0=all&keep-0-actions=0&keep-0-actions=1&keep-0-locations=1')),
  ).toEqual([{ type: 'export', actions: ['read', 'list'], locations: ['https://b'], limit: 5 }])
})

it('console:narrows-by-position — a form cannot add, by name or by position', () => {
  const forged = `${WHOLE}&keep-2=all&keep-0-actions=7&keep-0-actions=admin&keep-0-actions=-1`
  expect(narrow(ASKED, form(forged))).toBeUndefined()
  expect(
    narrow(ASKED, form('keep-0=all&keep-0-actions=admin&keep-0-locations=0&keep-1=all')),
  ).toEqual([{ type: 'audit', actions: ['write'] }])
})

it('says when nothing would be left', () => {
  expect(narrow(ASKED, form(''))).toBe('nothing')
  expect(narrow(ASKED, form('keep-0=all'))).toBe('nothing')
})
