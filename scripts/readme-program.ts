/** The programs whose size is promised, made of the README's first TypeScript block that imports core. */
export function variants(readme: string) {
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    (match) => match[1] as string,
  )
  const program = blocks.find((block) => /from '@lumojit\/core'/.test(block))
  if (program === undefined) throw new Error('README.md has no ts block that imports @lumojit/core')
  const bare = replaceOnce(
    replaceOnce(program, /import \{ createJit, lumoAuth \}/, 'import { createJit }'),
    /authority: lumoAuth\([^)]*\)/,
    'authority: globalThis.authority',
  )
  return [
    { name: 'createJit', program: bare, budget: 22_500 },
    { name: 'createJit and lumoAuth', program, budget: 29_000 },
  ]
}

function replaceOnce(text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text))
    throw new Error(`README.md's first program no longer says ${pattern.source}`)
  return text.replace(pattern, by)
}
