import { startAgent } from './agent-process.ts'
import { startLaptop } from './laptop.ts'

/** Reads, summarises and saves a document. Nothing here waits for a person. */
const laptop = await startLaptop()
try {
  console.log(await startAgent('./document-analyst.ts', [], laptop.env).printed)
  for (const what of laptop.done) console.log(`Acme API  ${what}`)
} finally {
  await laptop.close()
}
