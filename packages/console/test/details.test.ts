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
