import { createJit, lumoAuth } from '@lumojit/core'
import { createGateway } from '../src/index.ts'
import { serveStdio } from '../src/node.ts'
import { addTools } from './stage.ts'

// A process of its own, as clients start one: everything it knows is in its environment.
const { resources, ...own } = JSON.parse(process.env.WORLD ?? '')
const jit = createJit({ authority: lumoAuth(own), resources })
const gateway = createGateway({ jit, maxBlockMs: 20_000 })
addTools(gateway, resources[0].url)
await serveStdio(gateway)
await jit[Symbol.asyncDispose]()
process.stderr.write(`ended ${Object.keys(process.env).includes('NOT_PASSED_ON')}\n`)
