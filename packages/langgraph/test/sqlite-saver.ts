import { DatabaseSync } from 'node:sqlite'
import type { RunnableConfig } from '@langchain/core/runnables'
import {
  BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
} from '@langchain/langgraph'

/** Where a channel's writes lie when a task writes to it again: one place each. */
const FIXED: Readonly<Record<string, number>> = {
  __error__: -1,
  __scheduled__: -2,
  __interrupt__: -3,
  __resume__: -4,
}

type Row = Readonly<Record<'id' | 'parent' | 'checkpoint' | 'metadata', string>>

/** Checkpoints in a file that several processes read and write. */
export class SqliteSaver extends BaseCheckpointSaver {
  readonly #db: DatabaseSync

  constructor(path: string) {
    super()
    this.#db = new DatabaseSync(path, { timeout: 5000 })
    this.#db.exec(`
      pragma journal_mode = wal;
      create table if not exists checkpoints (thread text, ns text, id text, parent text,
        checkpoint text, metadata text, primary key (thread, ns, id));
      create table if not exists writes (thread text, ns text, id text, task text, idx integer,
        path text, channel text, value text, primary key (thread, ns, id, task, idx));
    `)
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    for await (const tuple of this.list(config, { limit: 1 })) return tuple
    return undefined
  }

  async *list(
    { configurable }: RunnableConfig,
    { limit = -1 }: { limit?: number } = {},
  ): AsyncGenerator<CheckpointTuple> {
    const { thread_id: thread, checkpoint_ns: ns = '', checkpoint_id: only } = configurable ?? {}
    const rows = this.#db
      .prepare(
        `select * from checkpoints where thread = ? and ns = ? and (? is null or id = ?)
         order by id desc limit ?`,
      )
      .all(thread, ns, only ?? null, only ?? null, limit) as unknown as Row[]
    for (const { id, parent, checkpoint, metadata } of rows) {
      const at = (checkpoint_id: string) => ({
        configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id },
      })
      const writes = this.#db
        .prepare(
          `select task, channel, value from writes where thread = ? and ns = ? and id = ?
           order by path, task, idx`,
        )
        .all(thread, ns, id) as unknown as Readonly<Record<'task' | 'channel' | 'value', string>>[]
      yield {
        config: at(id),
        checkpoint: await this.#load(checkpoint),
        metadata: await this.#load(metadata),
        ...(parent ? { parentConfig: at(parent) } : {}),
        pendingWrites: await Promise.all(
          writes.map(
            async (each): Promise<[string, string, unknown]> => [
              each.task,
              each.channel,
              await this.#load(each.value),
            ],
          ),
        ),
      }
    }
  }

  async put(
    { configurable }: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
  ): Promise<RunnableConfig> {
    const { thread_id: thread, checkpoint_ns: ns = '', checkpoint_id: parent } = configurable ?? {}
    const texts = [await this.#dump(checkpoint), await this.#dump(metadata)] as const
    this.#db
      .prepare('insert or replace into checkpoints values (?, ?, ?, ?, ?, ?)')
      .run(thread, ns, checkpoint.id, parent ?? null, ...texts)
    return { configurable: { thread_id: thread, checkpoint_ns: ns, checkpoint_id: checkpoint.id } }
  }

  async putWrites(
    { configurable }: RunnableConfig,
    writes: readonly [string, unknown][],
    task: string,
    path = '',
  ): Promise<void> {
    const { thread_id: thread, checkpoint_ns: ns = '', checkpoint_id: id } = configurable ?? {}
    for (const [at, [channel, value]] of writes.entries()) {
      const idx = FIXED[channel] ?? at
      this.#db
        .prepare(
          `insert or ${idx < 0 ? 'replace' : 'ignore'} into writes values (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(thread, ns, id, task, idx, path, channel, await this.#dump(value))
    }
  }

  async deleteThread(thread: string): Promise<void> {
    for (const table of ['checkpoints', 'writes'])
      this.#db.prepare(`delete from ${table} where thread = ?`).run(thread)
  }

  /** Everything saved of a thread, as whoever holds the file could change it. */
  edit(thread: string, change: (value: unknown) => unknown): void {
    const edit = (table: string, column: string) => {
      const rows = this.#db
        .prepare(`select rowid, ${column} as text from ${table} where thread = ?`)
        .all(thread) as unknown as { rowid: number; text: string }[]
      for (const { rowid, text } of rows) {
        this.#db
          .prepare(`update ${table} set ${column} = ? where rowid = ?`)
          .run(JSON.stringify(change(JSON.parse(text))), rowid)
      }
    }
    edit('checkpoints', 'checkpoint')
    edit('writes', 'value')
  }

  close(): void {
    this.#db.close()
  }

  async #dump(value: unknown): Promise<string> {
    const [type, bytes] = await this.serde.dumpsTyped(value)
    if (type !== 'json') throw new Error(`This saver keeps JSON only, not ${type}.`)
    return new TextDecoder().decode(bytes)
  }

  async #load(text: string) {
    return this.serde.loadsTyped('json', text)
  }
}
