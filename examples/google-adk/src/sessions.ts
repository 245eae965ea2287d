import { DatabaseSessionService } from '@google/adk/sessions/database'
import { LibSqlDriver } from '@mikro-orm/libsql'

type Options = ConstructorParameters<typeof DatabaseSessionService>[0]

/**
 * ADK's own database sessions, in a file. `new DatabaseSessionService('postgres://…')` takes a server,
 * with the driver of that name installed. (`sqlite://` needs one that is compiled on installing.)
 */
export function openSessions(file: string): DatabaseSessionService {
  return new DatabaseSessionService({ driver: LibSqlDriver, dbName: file } as unknown as Options)
}
