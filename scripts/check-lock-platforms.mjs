// Reads pnpm-lock.yaml and says which native families lack a major platform.
import { readFileSync } from 'node:fs'

const want = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']
const text = readFileSync(process.argv[2] ?? 'pnpm-lock.yaml', 'utf8')
if (/https?:\/\//.test(text)) throw new Error('the lockfile names a host')
const packages = text.slice(text.indexOf('\npackages:\n'), text.indexOf('\nsnapshots:\n'))
const byKey = new Map()
for (const block of packages.split(/\n\n(?= {2}\S)/)) {
  const key = /^ {2}'?(.+?)'?:$/m.exec(block)?.[1]
  const list = (name) =>
    (new RegExp(`^ {4}${name}: \\[(.*)\\]$`, 'm').exec(block)?.[1] ?? '')
      .split(', ')
      .filter(Boolean)
  if (key) byKey.set(key, { os: list('os'), cpu: list('cpu') })
}
const snapshots = text.slice(text.indexOf('\nsnapshots:\n'))
let bad = 0
for (const block of snapshots.split(/\n\n(?= {2}\S)/)) {
  const parent = /^ {2}'?(.+?)'?:/m.exec(block)?.[1]
  const section = /^ {4}optionalDependencies:\n((?: {6}.*\n?)+)/m.exec(block)?.[1]
  if (!section) continue
  const found = new Set()
  for (const line of section.trimEnd().split('\n')) {
    const m = /^ {6}'?(.+?)'?: (.+)$/.exec(line)
    const meta = m && byKey.get(`${m[1]}@${m[2]}`)
    if (meta) for (const os of meta.os) for (const cpu of meta.cpu) found.add(`${os}-${cpu}`)
  }
  if (found.size < 2) continue
  const missing = want.filter((w) => !found.has(w))
  console.log(missing.length ? 'MISSING' : 'ok     ', parent, missing.join(' '))
  bad += missing.length
}
process.exitCode = bad ? 1 : 0
