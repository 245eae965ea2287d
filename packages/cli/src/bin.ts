#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { text } from 'node:stream/consumers'
import { ask } from './ask.ts'
import { main } from './main.ts'

// The first Ctrl-C asks for an orderly end; the second one ends it as Node would.
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
// Whoever reads stdout may have read enough, as `head` does.
process.stdout.on('error', () => stop.abort())

void main(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stop: stop.signal,
  terminal: {
    out: process.stdout.isTTY === true,
    err: process.stderr.isTTY === true,
    columns: process.stdout.columns || 80,
  },
  now: Date.now,
  write: (what) => process.stdout.write(what),
  complain: (what) => process.stderr.write(what),
  ask,
  readAll: () => text(process.stdin),
}).then((code) => {
  process.exitCode = code
})
