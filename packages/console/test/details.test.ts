import { expect, it } from 'vitest'
import { asText, plainWords, rawDetails } from '../src/words/details.ts'

const bare = async (html: unknown) =>
  String(await html)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

it('says a permission in plain words, and every member that is not in the sentence beside it', async () => {
  const words = await bare(
    plainWords([
      {
        type: 'payment_initiation',
        actions: ['initiate', 'cancel'],
        identifier: 'inv_204',
        locations: ['https://api.acme-corp.com'],
        datatypes: ['balance'],
        privileges: ['admin'],
        amount: { max: 1250 },
      },
    ]),
  )
  expect(words).toBe(
    'initiate , cancel and admin payment initiation inv_204 of balance at https://api.acme-corp.com amount {&quot;max&quot;:1250}',
  )
})

it('names nothing as the verb when no action is asked for', async () => {
  expect(await bare(plainWords([{ type: 'crm' }]))).toBe('use crm')
  expect(asText([{ type: 'crm' }, { type: 'erp' }])).toBe('use crm and 1 more')
})

it('shows the raw details whole, one line a member', async () => {
  const raw = String(await rawDetails([{ type: 'a\u202eb' }]))
  expect(raw).toContain('&quot;type&quot;: &quot;a<span class="unseen">U+202E</span>b&quot;')
  expect(raw.split('\n').length).toBeGreaterThan(4)
})

it('says how much a payment is of, where the details say it plainly', async () => {
  const said = (more: object) =>
    asText([{ type: 'payment', actions: ['initiate'], identifier: 'inv_204', ...more }])
  const whole = 'initiate payment of EUR 120.00 inv_204'
  expect(said({ instructedAmount: { currency: 'EUR', amount: '120.00' } })).toBe(whole)
  expect(said({ amount: { currency: 'EUR', value: '120.00' } })).toBe(whole)
  expect(said({ amount: '120.00', currency: 'EUR' })).toBe(whole)
  expect(said({ amount: { currency: 'EUR', max: 1250 } })).toBe(
    'initiate payment of at most EUR 1250 inv_204',
  )
  for (const vague of [
    { amount: 5 },
    { amount: '5 or more', currency: 'EUR' },
    { amount: [5], currency: 'EUR' },
    { amount: { currency: '€', amount: 5 } },
  ])
    expect(said(vague)).toBe('initiate payment inv_204')
  // Said in the sentence, and shown whole besides.
  expect(
    await bare(plainWords([{ type: 'payment', amount: { currency: 'EUR', max: 1250, tip: 3 } }])),
  ).toBe(
    'use payment of at most EUR 1250 amount {&quot;currency&quot;:&quot;EUR&quot;,&quot;max&quot;:1250,&quot;tip&quot;:3}',
  )
})
