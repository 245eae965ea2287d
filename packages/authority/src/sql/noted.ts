import type { AuditNote } from '../audit-chain.ts'

const noted = new WeakMap<object, AuditNote[]>()

/** What this change has written into the audit, for whoever has to be told of it in the same step. */
export const notesOf = (tx: object): AuditNote[] => {
  const notes = noted.get(tx) ?? []
  noted.set(tx, notes)
  return notes
}
