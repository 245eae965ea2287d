// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

export const secrecy: readonly Requirement[] = [
  {
    id: 'token:never-in',
    says: 'No token is in anything a model, a framework, a log or an error shows.',
    source: 'design §6, ruling 19',
    sabotages: [
      {
        file: 'packages/protocol/src/secret.ts',
        find: "  toJSON(): string {\n    return '[secret]'",
        replace: '  toJSON(): string {\n    return this.#value',
        why: 'JSON shows it',
      },
      {
        file: 'packages/protocol/src/secret.ts',
        find: "  [Symbol.for('nodejs.util.inspect.custom')](): string {\n    return '[secret]'",
        replace: "  [Symbol.for('nodejs.util.inspect.custom')](): string {\n    return this.#value",
        why: 'inspection shows it',
      },
      {
        file: 'packages/core/src/tool-call.ts',
        find: 'value: scrub(value, task.tokens), ...(refused',
        replace: 'value, ...(refused',
        why: 'an echoed token reaches the model',
      },
      {
        file: 'packages/core/src/tool-call.ts',
        find: 'throw scrubError(error, task.tokens)',
        replace: 'throw error',
        why: 'an error shows a token',
      },
    ],
  },
  {
    id: 'challenge-id:opaque',
    says: 'A model can name a challenge by a random, single-use, task-bound id and write no permission.',
    source: 'design §6, ruling 14',
    sabotages: [
      {
        file: 'packages/core/src/model-challenge.ts',
        find: 'const challengeId = `ch_${randomName()}`',
        replace: 'const challengeId = `ch_${btoa(JSON.stringify(question.permission))}`',
        why: 'the id is the permission',
      },
      {
        file: 'packages/core/src/model-challenge.ts',
        find: '  if (!text || !kept || kept.task !== id || kept.subject !== task.subject)',
        replace: '  if (!text || !kept)',
        why: 'an id is good in every task',
      },
      {
        file: 'packages/core/src/model-challenge.ts',
        find: "  if (kept.takenBy !== undefined && kept.takenBy !== call.identity)\n    throw refuse('CHALLENGE_UNKNOWN')\n",
        replace: '',
        why: 'an id is good again and again',
      },
    ],
  },
  {
    id: 'challenge-id:survives-the-process',
    says: 'A challenge id is good in the next process when the store is.',
    source: 'design §6, ruling 14',
    sabotages: [
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: '  pragma journal_mode = wal;',
        replace: '  create temp table record (key text primary key, value text, expires integer);',
        why: 'records live in the connection',
      },
      {
        file: 'packages/core/src/model-challenge.ts',
        find: '  await store.put(keyOf(challengeId), JSON.stringify(kept), { ttlMs: CHALLENGE_MS })\n',
        replace:
          '  if (task.ground.store !== store) await store.put(keyOf(challengeId), JSON.stringify(kept), { ttlMs: CHALLENGE_MS })\n',
        why: 'nothing is put away',
      },
    ],
  },
]
