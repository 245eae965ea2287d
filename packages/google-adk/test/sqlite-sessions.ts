import { DatabaseSync } from 'node:sqlite'
import {
  type AppendEventRequest,
  BaseSessionService,
  type CreateSessionRequest,
  createSession,
  type DeleteSessionRequest,
  type Event,
  type GetSessionRequest,
  type ListSessionsResponse,
  type Session,
} from '@google/adk'

type Row = Readonly<Record<'id' | 'event', string>>

/** Sessions in a file that several processes read and write, ordered by time as ADK's own database service has them. */
export class SqliteSessions extends BaseSessionService {
  readonly #db: DatabaseSync

  constructor(path: string) {
    super()
    this.#db = new DatabaseSync(path, { timeout: 5000 })
    this.#db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = off;
      create table if not exists sessions (app text, user text, id text, state text,
        primary key (app, user, id));
      create table if not exists events (app text, user text, session text, id text, time integer,
        event text, primary key (app, user, session, id));
    `)
  }

  async createSession({ appName, userId, sessionId, state }: CreateSessionRequest) {
    const session = createSession({
      id: sessionId ?? crypto.randomUUID(),
      appName,
      userId,
      state: state ?? {},
      events: [],
      lastUpdateTime: Date.now(),
    })
    this.#db
      .prepare('insert into sessions values (?, ?, ?, ?)')
      .run(appName, userId, session.id, JSON.stringify(session.state))
    return session
  }

  async getSession({ appName, userId, sessionId }: GetSessionRequest) {
    const found = this.#db
      .prepare('select state from sessions where app = ? and user = ? and id = ?')
      .get(appName, userId, sessionId) as { readonly state: string } | undefined
    if (!found) return undefined
    return createSession({
      id: sessionId,
      appName,
      userId,
      state: JSON.parse(found.state),
      events: this.#rows(appName, userId, sessionId).map(({ event }) => JSON.parse(event)),
      lastUpdateTime: Date.now(),
    })
  }

  override async appendEvent({ session, event }: AppendEventRequest): Promise<Event> {
    await super.appendEvent({ session, event })
    if (event.partial) return event
    const { appName, userId, id } = session
    this.#db
      .prepare('insert or replace into events values (?, ?, ?, ?, ?, ?)')
      .run(appName, userId, id, event.id, event.timestamp, JSON.stringify(event))
    this.#db
      .prepare('update sessions set state = ? where app = ? and user = ? and id = ?')
      .run(JSON.stringify(session.state), appName, userId, id)
    return event
  }

  async listSessions(): Promise<ListSessionsResponse> {
    throw new Error('Nobody lists sessions here.')
  }

  async deleteSession({ appName, userId, sessionId }: DeleteSessionRequest): Promise<void> {
    for (const sql of [
      'delete from sessions where app = ? and user = ? and id = ?',
      'delete from events where app = ? and user = ? and session = ?',
    ]) {
      this.#db.prepare(sql).run(appName, userId, sessionId)
    }
  }

  /** What anybody can do who can write to the file. Says how many events were changed. */
  edit({ appName, userId, id }: Session, change: (event: Event) => boolean): number {
    const rows = this.#rows(appName, userId, id)
    const changed = rows.map((row) => ({ id: row.id, event: JSON.parse(row.event) as Event }))
    const edits = changed.filter(({ event }) => change(event))
    for (const edit of edits) {
      this.#db
        .prepare('update events set event = ? where id = ?')
        .run(JSON.stringify(edit.event), edit.id)
    }
    return edits.length
  }

  close(): void {
    this.#db.close()
  }

  #rows(appName: string, userId: string, sessionId: string): readonly Row[] {
    return this.#db
      .prepare(
        'select id, event from events where app = ? and user = ? and session = ? order by time, rowid',
      )
      .all(appName, userId, sessionId) as unknown as readonly Row[]
  }
}
