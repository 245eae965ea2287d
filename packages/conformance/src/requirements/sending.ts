import type { Requirement } from './requirement.ts'

export const sending: readonly Requirement[] = [
  {
    id: 'send:at-most-three',
    says: 'One call tries at most three credentials, whatever the resource answers.',
    source: 'design §6, ruling 6',
    sabotages: [],
  },
  {
    id: 'send:body-replayable',
    says: 'A body is sent again byte for byte, and one that cannot be is refused before the first byte leaves.',
    source: 'design §6, ruling 13',
    sabotages: [],
  },
  {
    id: 'send:no-blind-resend',
    says: 'A network error after an unsafe request may have left is never followed by a second one.',
    source: 'design §6, ruling 13',
    sabotages: [],
  },
  {
    id: 'send:redirects-never-carry-a-token-elsewhere',
    says: 'A redirect that leaves the resource is followed without token, key or body, and its answer is no challenge.',
    source: 'design §6, ruling 21',
    sabotages: [],
  },
  {
    id: 'send:only-listed-resources',
    says: 'A URL outside the listed resources is refused before the first byte.',
    source: 'design §6, ruling 21',
    sabotages: [],
  },
  {
    id: 'send:never-to-the-authority',
    says: "A call never goes to the authority's own endpoints, listed or not.",
    source: 'design §6, ruling 2',
    sabotages: [],
  },
  {
    id: 'send:warm-one-round-trip',
    says: 'A call whose grant is already held costs one round trip.',
    source: 'design §6, ruling 5',
    sabotages: [],
  },
  {
    id: 'send:idempotency-key',
    says: 'POST and PATCH carry a key that is equal on every resend and re-execution of one call and different for every other.',
    source: 'design §6, ruling 13',
    sabotages: [],
  },
  {
    id: 'send:signal',
    says: "The caller's signal ends the call, wherever it waits, with the caller's own reason.",
    source: 'design §6',
    sabotages: [],
  },
  {
    id: 'renew:by-the-table',
    says: 'A 401 is answered by the table of ruling 6: renewed when it ran out, never when somebody took it back.',
    source: 'design §6, ruling 6',
    sabotages: [],
  },
  {
    id: 'base:resource-token',
    says: 'What a resource sees before a grant is a token for that resource, which the authority refuses at its own endpoints.',
    source: 'design §6, ruling 2',
    sabotages: [
      {
        file: 'packages/authority/src/authenticate.ts',
        find: "    if (audience === context.configuration.issuer) {\n      if (kind === 'agent' &&",
        replace: "    if (audience !== '') {\n      if (kind !== 'user' &&",
        why: 'a resource can act as the agent',
      },
      {
        file: 'packages/authority/src/operations/issue-agent-token.ts',
        find: 'audience: audience ?? context.configuration.issuer,',
        replace: 'audience: context.configuration.issuer,',
        why: 'the token is bound to nothing',
      },
      {
        file: 'packages/core/src/lumoauth/oauth-calls.ts',
        find: "const form = { grant_type: 'client_credentials', ...(resource && { resource }) }",
        replace: "const form = { grant_type: 'client_credentials' }",
        why: 'the client asks for its own token',
      },
    ],
  },
  {
    id: 'base:never-wider-than-subject',
    says: 'With a subject token, every token of the task, base included, comes from the exchange.',
    source: 'design §6, ruling 3',
    sabotages: [],
  },
]
