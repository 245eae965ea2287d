import type { Requirement } from './requirement.ts'

export const stores: readonly Requirement[] = [
  {
    id: 'store:records',
    says: 'A store gives back what was put, removes what is taken, and writes conditionally.',
    source: 'ports Store, ruling 14',
    sabotages: [
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: "'delete from record where key = ? and expires > ? and value = ? returning value'",
        replace:
          "'delete from record where key = ? and expires > ? and ? is not null returning value'",
        why: 'take ignores what was expected',
      },
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: 'return (ifAbsent ? insert',
        replace: 'return (!ifAbsent ? insert',
        why: 'ifAbsent and plain put are exchanged',
      },
      {
        file: 'packages/core/src/store.ts',
        find: 'if (!record || (expected !== undefined && record.value !== expected)) return undefined',
        replace: 'if (!record) return undefined',
        why: 'take ignores what was expected',
      },
    ],
  },
  {
    id: 'store:lifetime',
    says: 'A record lives exactly for its ttl and is absent to every operation from then on.',
    source: 'ports Store, ruling 14',
    sabotages: [
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: "'select value from record where key = ? and expires > ?'",
        replace: "'select value from record where key = ? and expires >= ?'",
        why: 'a record lives a millisecond too long',
      },
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: 'where record.expires <= ?`',
        replace: 'where record.expires < ?`',
        why: 'a claim is taken over a millisecond too late',
      },
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: '     set value = excluded.value, expires = excluded.expires`,',
        replace: '     set value = excluded.value`,',
        why: 'writing again does not start the ttl again',
      },
      {
        file: 'packages/core/src/store.ts',
        find: 'if (record && record.until > clock.now()) return record',
        replace: 'if (record && record.until >= clock.now()) return record',
        why: 'a record lives a millisecond too long',
      },
    ],
  },
  {
    id: 'store:any-text',
    says: 'Keys and values of any text, odd or long, stay distinct and unchanged.',
    source: 'ports Store',
    sabotages: [
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: 'const pack = (value: string): string => JSON.stringify(value)',
        replace: 'const pack = (value: string): string => JSON.stringify(value.toWellFormed())',
        why: 'halves of surrogate pairs are folded together',
      },
      {
        file: 'packages/core/src/store.ts',
        find: 'records.set(key, { value, until: clock.now() + ttlMs })',
        replace: 'records.set(key, { value: value.trim(), until: clock.now() + ttlMs })',
        why: 'values are trimmed',
      },
    ],
  },
  {
    id: 'store:take-once',
    says: 'Of many who take a record at once, one has it.',
    source: 'ports Store, ruling 14',
    sabotages: [
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: "const remove = db.prepare('delete from record where key = ? and expires > ? returning value')",
        replace:
          "const remove = db.prepare('select value from record where key = ? and expires > ?')",
        why: 'taking leaves the record',
      },
      {
        file: 'packages/core/src/store.ts',
        find: '      records.delete(key)\n      return record.value',
        replace: '      return record.value',
        why: 'taking leaves the record',
      },
    ],
  },
]
