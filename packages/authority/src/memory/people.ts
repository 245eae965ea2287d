import { auditNotes } from '../audit-notes.ts'
import type { StoredSession } from '../records.ts'
import type { PeopleStore } from '../store/people.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const peoplePart = (ground: MemoryGround): Pick<AuthorityStore, keyof PeopleStore> => {
  const { note } = ground
  const passwords = new Map<string, string>()
  const links = new Map<string, { readonly userId: string; readonly expiresAt: number }>()
  const sessions = new Map<string, StoredSession>()

  const lives = ({ idleUntil, endsAt }: StoredSession, at: number) =>
    at < Math.min(idleUntil, endsAt)
  const find = (hash: string, at: number): StoredSession | undefined =>
    [...sessions.values()].find(
      (each) =>
        lives(each, at) &&
        (each.hash === hash || (each.previousHash === hash && at < (each.previousUntil ?? 0))),
    )
  const open = (session: StoredSession) => {
    for (const each of sessions.values())
      if (!lives(each, session.openedAt)) sessions.delete(each.key)
    sessions.set(session.key, session)
    note(auditNotes.sessionOpened(session))
  }

  return {
    async password(userId) {
      return passwords.get(userId)
    },
    async usersWithPassword() {
      return [...passwords.keys()].sort()
    },
    async setPassword(userId, { hash, at, by }) {
      passwords.set(userId, hash)
      const own = [...sessions.values()].filter((each) => each.userId === userId)
      for (const { key } of own) sessions.delete(key)
      const ended = own.filter((each) => lives(each, at)).length
      note(auditNotes.passwordSet(userId, at, by, ended))
    },
    async addLink({ hash, userId, expiresAt }, at) {
      for (const [each, link] of links) if (link.expiresAt <= at) links.delete(each)
      links.set(hash, { userId, expiresAt })
      note(auditNotes.linkMade(userId, at, expiresAt))
    },
    async redeemLink(hash, opening) {
      const link = links.get(hash)
      if (!link || link.expiresAt <= opening.openedAt) return undefined
      links.delete(hash)
      const session = { ...opening, userId: link.userId }
      open(session)
      return { ...session }
    },
    async openSession(session) {
      open({ ...session })
    },
    async session(hash, at) {
      return structuredClone(find(hash, at))
    },
    async rotateSession(from, { at, to, previousUntil }) {
      const session = find(from, at)
      if (session?.hash !== from) return false
      const rotated = { ...session, hash: to, previousHash: from, previousUntil, rotatedAt: at }
      sessions.set(session.key, rotated)
      return true
    },
    async touchSession(key, idleUntil) {
      const session = sessions.get(key)
      if (session && session.idleUntil < idleUntil) sessions.set(key, { ...session, idleUntil })
    },
    async endSession(hash, at) {
      const session = find(hash, at)
      if (!session) return false
      sessions.delete(session.key)
      note(auditNotes.sessionEnded(session, at))
      return true
    },
    async appendAudit(entry) {
      note(entry)
    },
  }
}
