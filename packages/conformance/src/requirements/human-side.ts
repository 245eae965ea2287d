import type { Requirement } from './requirement.ts'

/** What people see and do at the authority, whatever shows it to them. */
export const humanSide: readonly Requirement[] = [
  {
    id: 'human:mount',
    says: 'What is served beside the authority hears of no request that came by another name or from another site.',
    source: 'ruling 20',
    sabotages: [
      {
        file: 'packages/authority/src/http.ts',
        find: '      admit(request)\n      for (const answerFirst of mounted) {',
        replace: '      for (const answerFirst of mounted) {',
        why: 'whoever rebinds a name reaches the console',
      },
    ],
  },
]
