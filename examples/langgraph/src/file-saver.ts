import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { RunnableConfig } from '@langchain/core/runnables'
import { type Checkpoint, type CheckpointMetadata, MemorySaver } from '@langchain/langgraph'

/**
 * LangGraph's own checkpoints in memory, written to a file at each change, so that the example needs
 * no database. For one process at a time; a real application takes SqliteSaver or PostgresSaver.
 */
export class FileSaver extends MemorySaver {
  readonly #file: string

  constructor(file: string) {
    super()
    this.#file = file
    if (!existsSync(file)) return
    const { storage, writes } = JSON.parse(readFileSync(file, 'utf8'), readBytes)
    Object.assign(this.storage, storage)
    Object.assign(this.writes, writes)
  }

  override async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata) {
    const at = await super.put(config, checkpoint, metadata)
    this.#save()
    return at
  }

  override async putWrites(...args: Parameters<MemorySaver['putWrites']>) {
    await super.putWrites(...args)
    this.#save()
  }

  #save(): void {
    const text = JSON.stringify({ storage: this.storage, writes: this.writes }, writeBytes)
    // Whoever is killed in between leaves the file as it was.
    writeFileSync(`${this.#file}.new`, text)
    renameSync(`${this.#file}.new`, this.#file)
  }
}

function writeBytes(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value
}

function readBytes(_: string, value: unknown): unknown {
  const { bytes } = Object(value) as { bytes?: unknown }
  return typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes, 'base64')) : value
}
