import type { Requirement } from './requirement.ts'

export const stores: readonly Requirement[] = [
  {
    id: 'store:records',
    says: 'A store gives back what was put, removes what is taken, and writes conditionally.',
    source: 'ports Store, ruling 14',
    sabotages: [],
  },
  {
    id: 'store:lifetime',
    says: 'A record lives exactly for its ttl and is absent to every operation from then on.',
    source: 'ports Store, ruling 14',
    sabotages: [],
  },
  {
    id: 'store:any-text',
    says: 'Keys and values of any text, odd or long, stay distinct and unchanged.',
    source: 'ports Store',
    sabotages: [],
  },
  {
    id: 'store:take-once',
    says: 'Of many who take a record at once, one has it.',
    source: 'ports Store, ruling 14',
    sabotages: [],
  },
]
