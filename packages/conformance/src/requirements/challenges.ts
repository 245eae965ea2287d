import type { Requirement } from './requirement.ts'

export const challenges: readonly Requirement[] = [
  {
    id: 'dialect:lumoauth',
    says: "A 403 with LumoAuth's header is read, object or array, standard or URL alphabet, padded or not, and from the hint in its body when the header is missing.",
    source: 'design §6, contract §9',
    sabotages: [],
  },
  {
    id: 'dialect:rar-403',
    says: 'A 403 in the manner of the RAR draft up to 04 is read, from its parameter or its body.',
    source: 'design §6, contract §10.1',
    sabotages: [],
  },
  {
    id: 'dialect:rar-401',
    says: 'A 401 in the manner of the RAR draft from 05 on is read, with its remediation and its reference.',
    source: 'design §6, contract §10.2',
    sabotages: [],
  },
  {
    id: 'dialect:scope',
    says: 'A 403 for want of OAuth scope (RFC 6750, MCP) is read as a challenge for scope.',
    source: 'design §6, contract §11.1',
    sabotages: [],
  },
  {
    id: 'challenge:limits',
    says: 'A challenge that is malformed or over the limits is no challenge and an event, never a throw, after work linear in its length.',
    source: 'design §6, rulings H',
    sabotages: [],
  },
  {
    id: 'plain-403:untouched',
    says: 'A 403 that is no challenge comes back as it came, its body unread.',
    source: 'design §6',
    sabotages: [],
  },
  {
    id: 'challenge:foreign-location-refused',
    says: "A challenge for a location that is not the resource's own is refused and nothing is asked.",
    source: 'design §6, ruling 4',
    sabotages: [],
  },
  {
    id: 'details:never-split',
    says: 'One challenge is one request and one token: several details are asked for together or not at all.',
    source: 'design §6, ruling 7',
    sabotages: [],
  },
  {
    id: 'resource:types',
    says: 'Where tokens are not bound to an audience, a resource may challenge only for the types listed for it.',
    source: 'design §6, ruling 4',
    sabotages: [],
  },
  {
    id: 'resource:grant-stays-home',
    says: 'A grant goes only to the resource whose challenge or declaration produced it.',
    source: 'design §6, ruling 4',
    sabotages: [],
  },
]
