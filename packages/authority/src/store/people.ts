import type { AuditNote } from '../audit-chain.ts'
import type { StoredSession } from '../records.ts'

/** Who may sign in, and who has. */
export interface PeopleStore {
  /** `hashSecret` of it. */
  password(userId: string): Promise<string | undefined>
  /** User ids. */
  usersWithPassword(): Promise<readonly string[]>
  /** Ends every session of the user. */
  setPassword(
    userId: string,
    change: { readonly hash: string; readonly at: number; readonly by: string },
  ): Promise<void>
  /** Once, until `expiresAt`; `hash` is of the code. */
  addLink(
    link: { readonly hash: string; readonly userId: string; readonly expiresAt: number },
    at: number,
  ): Promise<void>
  /** Uses up the link and opens the session in one step. */
  redeemLink(
    hash: string,
    session: Omit<StoredSession, 'userId'>,
  ): Promise<StoredSession | undefined>
  openSession(session: StoredSession): Promise<void>
  /** By the hash of its secret, or for a while of the one before; undefined once it is over. */
  session(hash: string, at: number): Promise<StoredSession | undefined>
  /** Only while `from` is its hash: of two who rotate at once one wins. */
  rotateSession(
    from: string,
    change: { readonly at: number; readonly to: string; readonly previousUntil: number },
  ): Promise<boolean>
  /** It goes on being used. */
  touchSession(key: string, idleUntil: number): Promise<void>
  /** False when it was over before. */
  endSession(hash: string, at: number): Promise<boolean>
  /** Something that a person did, or tried, and that changed nothing else. */
  appendAudit(note: AuditNote): Promise<void>
}
