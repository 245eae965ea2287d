import { runAgent } from './agent-process.ts'
import { startLaptop } from './laptop.ts'

/** Fetch, summarise, save: two permissions, both granted at once, and both gone at the end. */
const laptop = await startLaptop()
try {
  const { printed } = await runAgent('./document-analyst.ts', [], laptop.env)
  console.log(printed)
  for (const effect of laptop.done) console.log(`Acme API  ${effect}`)
} finally {
  await laptop.close()
}
