import { startAgent } from './agent-process.ts'
import { startLaptop } from './laptop.ts'

/** Reads a document and writes a report. Nothing here waits for a person. */
const laptop = await startLaptop()
try {
  console.log(await startAgent('./document-analyst.ts', [], laptop.env).printed)
} finally {
  await laptop.close()
}
