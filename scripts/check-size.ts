/**
 * What the README's own lines cost a user: its first program, bundled from the built packages, minified, gzipped.
 * Usage: pnpm build && node scripts/check-size.ts [another README]
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { variants } from './readme-program.ts'

const root = resolve(import.meta.dirname, '..')

/** Bytes of the program and all it imports; Node's own modules are not counted. */
async function measure(
  program: string,
): Promise<{ readonly minified: number; readonly gzipped: number }> {
  // The program stands where a user's would: in a package that depends on core and sees its built files alone.
  const entry = join(root, 'examples/quickstart/readme-program.ts')
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    logLevel: 'silent',
    plugins: [
      {
        name: 'readme-program',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? program : null),
      },
    ],
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  try {
    const { output } = await bundle.generate({ format: 'esm', minify: true, sourcemap: false })
    const strayed = output
      .flatMap((chunk) =>
        chunk.type === 'chunk' ? [...chunk.imports, ...chunk.dynamicImports] : [],
      )
      .filter(
        (name) => !name.startsWith('node:') && !output.some((chunk) => chunk.fileName === name),
      )
    if (strayed.length > 0) throw new Error(`left out of the bundle: ${strayed.join(', ')}`)
    const sources = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
    if (!sources.some((id) => id.includes('packages/core/dist/')))
      throw new Error('the bundle holds nothing of packages/core/dist: run `pnpm build` first')
    const code = output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('\n')
    return { minified: Buffer.byteLength(code), gzipped: gzipSync(code, { level: 9 }).length }
  } finally {
    await bundle.close()
  }
}

let over = 0
process.on('uncaughtException', (error) => {
  console.error(`size: ${error.message}`)
  process.exit(1)
})
console.log(
  `${'program'.padEnd(28)}${'minified'.padStart(10)}${'gzip -9'.padStart(10)}${'budget'.padStart(10)}`,
)
for (const { name, program, budget } of variants(
  readFileSync(process.argv[2] ?? join(root, 'README.md'), 'utf8'),
)) {
  const { minified, gzipped } = await measure(program)
  const fits = gzipped <= budget
  if (!fits) over += 1
  const row = [minified, gzipped, budget].map((bytes) => `${bytes} B`.padStart(10)).join('')
  console.log(`${name.padEnd(28)}${row}${fits ? '' : '  over budget'}`)
}
process.exitCode = over === 0 ? 0 : 1
