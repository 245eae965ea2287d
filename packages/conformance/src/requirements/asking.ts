import type { Requirement } from './requirement.ts'

export const asking: readonly Requirement[] = [
  {
    id: 'flight:parallel-calls-ask-once',
    says: 'Parallel calls that need the same are one request and one redemption when they are safe or granted at once.',
    source: 'design §6, ruling 5',
    sabotages: [],
  },
  {
    id: 'reuse:once-is-once',
    says: 'A grant for one call serves that call, its resend and its re-execution, and nothing else.',
    source: 'design §6, ruling 5',
    sabotages: [],
  },
  {
    id: 'reuse:unsafe-calls-do-not-share-a-human',
    says: 'Unsafe calls that need a human each ask for themselves.',
    source: 'design §6, ruling 5',
    sabotages: [],
  },
  {
    id: 'flight:abort-is-own',
    says: 'Who gives up a shared wait gives up for itself; the others go on.',
    source: 'design §6',
    sabotages: [],
  },
  {
    id: 'ask:policy-first',
    says: 'The policy is asked before any memory, grant or flight could answer for it.',
    source: 'design §6, ruling 11',
    sabotages: [],
  },
  {
    id: 'ask:granted-compared-when-stated',
    says: 'What the authority says it granted is compared with what was asked before it is used.',
    source: 'design §6, ruling 8',
    sabotages: [],
  },
  {
    id: 'refuse:not-asked-again-in-task',
    says: 'What was denied is not asked again in the same task.',
    source: 'design §6, ruling 11',
    sabotages: [],
  },
  {
    id: 'revoke:sticks',
    says: 'What a person took back is denied for the rest of the task.',
    source: 'design §6, ruling 6',
    sabotages: [
      {
        file: 'packages/authority/src/operations/revoke-request.ts',
        find: 'sticks: person }',
        replace: 'sticks: false }',
        why: 'a renewal undoes what a person did',
      },
      {
        file: 'packages/authority/src/operations/request-permission.ts',
        find: "  if (refused.some((each) => covers(details, each))) return 'deny'\n",
        replace: '',
        why: 'what was taken back is asked again',
      },
    ],
  },
  {
    id: 'budget:bounded',
    says: 'A task asks at most so often and has at most so many questions open.',
    source: 'design §6, rulings H',
    sabotages: [],
  },
  {
    id: 'expire:skew',
    says: 'Lifetimes are counted from receipt, with the skew taken off, and survive a wrong clock.',
    source: 'design §6, ruling 22',
    sabotages: [],
  },
  {
    id: 'isolation:two-tasks-never-share',
    says: 'Nothing one task was given or refused serves another.',
    source: 'design §6',
    sabotages: [],
  },
  {
    id: 'isolation:two-users-never-share',
    says: 'Nothing done for one user serves another.',
    source: 'design §6, ruling 1',
    sabotages: [],
  },
]
