import type { Requirement } from './requirement.ts'

export const challenges: readonly Requirement[] = [
  {
    id: 'dialect:lumoauth',
    says: "A 403 with LumoAuth's header is read, object or array, standard or URL alphabet, padded or not, and from the hint in its body when the header is missing.",
    source: 'design §6, contract §9',
    sabotages: [
      {
        file: 'packages/protocol/src/dialects/lumoauth.ts',
        find: "        const json = readEncodedJson(value, head.limits.headerBytes)\n        if (json.kind === 'unreadable') return json\n        const reading = readDetails(json.value, head.limits)",
        replace:
          "        const json = readEncodedJson(value, head.limits.headerBytes)\n        if (json.kind === 'unreadable') return json\n        const reading = readDetails(Array.isArray(json.value) ? {} : json.value, head.limits)",
        why: 'an array in the header is not read',
      },
      {
        file: 'packages/protocol/src/dialects/lumoauth.ts',
        find: '        const hint = body?.authorization_details_hint\n',
        replace: '        const hint: unknown = undefined\n',
        why: 'the hint in the body is not read',
      },
      {
        file: 'packages/protocol/src/base64url.ts',
        find: "    .replaceAll('-', '+')\n    .replaceAll('_', '/')\n",
        replace: '',
        why: 'the URL alphabet is not read',
      },
      {
        file: 'packages/protocol/src/base64url.ts',
        find: "  const digits = text\n    .replace(/={1,2}$/, '')",
        replace:
          "  if (text.length % 4 !== 0) return undefined\n  const digits = text\n    .replace(/={1,2}$/, '')",
        why: 'a value without padding is not read',
      },
    ],
  },
  {
    id: 'dialect:rar-403',
    says: 'A 403 in the manner of the RAR draft up to 04 is read, from its parameter or its body.',
    source: 'design §6, contract §10.1',
    sabotages: [
      {
        file: 'packages/protocol/src/dialects/rar-403.ts',
        find: "const value = findParameter(head, 'authorization_details')",
        replace: "const value = findParameter(head, 'authorization_detail')",
        why: 'the parameter of draft 00 is not read',
      },
      {
        file: 'packages/protocol/src/dialects/rar-403.ts',
        find: '        if (body?.authorization_details === undefined) return undefined',
        replace: '        if (body !== undefined || head.codes.size < 0) return undefined',
        why: 'the body of drafts 01 to 04 is not read',
      },
      {
        file: 'packages/protocol/src/dialects/rar-403.ts',
        find: "foundDetails('rar-403', reading, head, body.authorization_hint)",
        replace: "foundDetails('rar-403', reading, head)",
        why: 'authorization_hint is lost',
      },
    ],
  },
  {
    id: 'dialect:rar-401',
    says: 'A 401 in the manner of the RAR draft from 05 on is read, with its remediation and its reference.',
    source: 'design §6, contract §10.2',
    sabotages: [
      {
        file: 'packages/protocol/src/dialects/rar-401.ts',
        find: "const PARAMETER = 'authorization_remediation'",
        replace: "const PARAMETER = 'authorization_details'",
        why: 'the remediation is looked for under another name',
      },
      {
        file: 'packages/protocol/src/dialects/rar-401.ts',
        find: "foundDetails('rar-401', reading, head, json.value.authorization_reference)",
        replace: "foundDetails('rar-401', reading, head)",
        why: 'the reference is lost',
      },
    ],
  },
  {
    id: 'dialect:scope',
    says: 'A 403 for want of OAuth scope (RFC 6750, MCP) is read as a challenge for scope.',
    source: 'design §6, contract §11.1',
    sabotages: [
      {
        file: 'packages/protocol/src/dialects/scope.ts',
        find: 'if (first === undefined) return undefined',
        replace: 'if (names.size >= 0 || first === undefined) return undefined',
        why: 'scope is never read',
      },
      {
        file: 'packages/protocol/src/dialects/scope.ts',
        find: 'scope: [first, ...others] }',
        replace: 'scope: [first] }',
        why: 'only the first scope is kept',
      },
    ],
  },
  {
    id: 'challenge:limits',
    says: 'A challenge that is malformed or over the limits is no challenge and an event, never a throw, after work linear in its length.',
    source: 'design §6, rulings H',
    sabotages: [
      {
        file: 'packages/protocol/src/read-details.ts',
        find: "      if (depth > limits.depth) return 'too-deep'\n",
        replace: '',
        why: 'depth is not limited',
      },
      {
        file: 'packages/protocol/src/read-details.ts',
        find: "if (details.length > bounds.details) return unreadable('too-many')",
        replace: '',
        why: 'the number of details is not limited',
      },
      {
        file: 'packages/protocol/src/encoded-json.ts',
        find: "  if (text.length > maxBytes) return { kind: 'unreadable', reason: 'too-large' }\n",
        replace: '',
        why: 'the header is not limited',
      },
      {
        file: 'packages/protocol/src/read-details.ts',
        find: "  if (text.length > limits.stringLength) return 'too-large'\n",
        replace: '',
        why: 'strings are not limited',
      },
      {
        file: 'packages/protocol/src/read-challenge.ts',
        find: '    reason ??= found?.reason\n',
        replace: '    if (found) throw new Error(found.reason)\n',
        why: 'what cannot be read is thrown',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: "emit?.({ type: 'challenge-unreadable', reason: reading.reason }, about)",
        replace: 'throw new TypeError(reading.reason)',
        why: 'what cannot be read is thrown at the tool',
      },
    ],
  },
  {
    id: 'plain-403:untouched',
    says: 'A 403 that is no challenge comes back as it came, its body unread.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/protocol/src/read-challenge.ts',
        find: 'if (!hasAny(parsed.codes, codesWithBody)) return false',
        replace: 'if (parsed.codes.size < 0) return false',
        why: 'the body of every refusal is read',
      },
      {
        file: 'packages/core/src/read-response.ts',
        find: '  if (!challengeNeedsBody(response)) return readChallenge(response)\n',
        replace: '  await response.text()\n',
        why: 'the body is spent',
      },
    ],
  },
  {
    id: 'challenge:foreign-location-refused',
    says: "A challenge for a location that is not the resource's own is refused and nothing is asked.",
    source: 'design §6, ruling 4',
    sabotages: [
      {
        file: 'packages/core/src/admission.ts',
        find: 'if (detail.locations?.some((location) => !isAt(location, resource)))',
        replace: 'if (detail.locations?.length === 0)',
        why: 'any place may be named',
      },
      {
        file: 'packages/core/src/admission.ts',
        find: 'if (detail.locations?.some((location) => !isAt(location, resource)))',
        replace: 'if (detail.locations?.every((location) => !isAt(location, resource)))',
        why: 'one own place excuses a foreign one',
      },
      {
        file: 'packages/core/src/resource-list.ts',
        find: 'return [resource.url, resource.audience].some((base) => {',
        replace: 'return [resource.url].some((base) => {',
        why: 'what lies under the audience is foreign',
      },
    ],
  },
  {
    id: 'details:never-split',
    says: 'One challenge is one request and one token: several details are asked for together or not at all.',
    source: 'design §6, ruling 7',
    sabotages: [
      {
        file: 'packages/core/src/admission.ts',
        find: 'if (permission.details.length > 1 && !(await task.ground.capabilities()).manyDetails) {',
        replace: 'if (permission.details.length < 1) {',
        why: 'several are asked where the authority takes one',
      },
      {
        file: 'packages/core/src/reaction.ts',
        find: "  if (before?.kind !== 'scope' || now.kind !== 'scope') return now\n",
        replace:
          "  if (before?.kind === 'details' && now.kind === 'details')\n    return { kind: 'details', details: [...before.details, ...now.details] as never }\n  if (before?.kind !== 'scope' || now.kind !== 'scope') return now\n",
        why: 'two challenges become one question',
      },
    ],
  },
  {
    id: 'resource:types',
    says: 'Where tokens are not bound to an audience, a resource may challenge only for the types listed for it.',
    source: 'design §6, ruling 4',
    sabotages: [
      {
        file: 'packages/core/src/admission.ts',
        find: "if (resource.types && !resource.types.includes(detail.type)) throw refuse('TYPE_NOT_LISTED')",
        replace: '',
        why: 'any type may be asked for',
      },
      {
        file: 'packages/core/src/options.ts',
        find: 'if (!can.bindsAudience && resources.all.length > 1 && untyped) {',
        replace: 'if (resources.all.length < 1 && untyped) {',
        why: 'types need not be listed',
      },
    ],
  },
  {
    id: 'resource:grant-stays-home',
    says: 'A grant goes only to the resource whose challenge or declaration produced it.',
    source: 'design §6, ruling 4',
    sabotages: [
      {
        file: 'packages/core/src/ledger.ts',
        find: '      if (entry.grant.resource.url !== question.resource.url) continue\n',
        replace: '',
        why: 'a grant serves every resource',
      },
      {
        file: 'packages/core/src/ask.ts',
        find: "const name = JSON.stringify(['ask', resource.url, canonical, reuse])",
        replace: "const name = JSON.stringify(['ask', canonical, reuse])",
        why: 'two resources share a flight',
      },
      {
        file: 'packages/core/src/question.ts',
        find: "return JSON.stringify([resource.url, permission, reuse === 'once' ? circumstances : ''])",
        replace: "return JSON.stringify([permission, reuse === 'once' ? circumstances : ''])",
        why: 'a denial at one resource counts at another',
      },
    ],
  },
]
