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
    ],
  },
  {
    id: 'challenge-id:opaque',
    says: 'A model can name a challenge by a random, single-use, task-bound id and write no permission.',
    source: 'design §6, ruling 14',
    sabotages: [],
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
    ],
  },
]
