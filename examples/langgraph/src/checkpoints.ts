import type { BaseCheckpointSaver } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { FileSaver } from './file-saver.ts'

/** Where threads are kept: in the PostgreSQL that DATABASE_URL names, else in the file. */
export async function openCheckpoints(file: string): Promise<{
  readonly checkpointer: BaseCheckpointSaver
  close(): Promise<void>
}> {
  const { DATABASE_URL } = process.env
  if (!DATABASE_URL) return { checkpointer: new FileSaver(file), close: async () => {} }
  const checkpointer = PostgresSaver.fromConnString(DATABASE_URL)
  await checkpointer.setup()
  return { checkpointer, close: () => checkpointer.end() }
}
