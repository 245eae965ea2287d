#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { main } from './main.ts'

// The first Ctrl-C asks for an orderly end; the second one ends it as Node would.
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

void main(process.argv.slice(2), {
  cwd: process.cwd(),
  stop: stop.signal,
  write: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code
})
