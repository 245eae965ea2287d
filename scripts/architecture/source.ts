/** A literal in a source: its text without quotes, and where its opening quote stands. */
interface Literal {
  readonly text: string
  readonly at: number
}

/** A source taken apart just enough to be searched without being fooled by comments and strings. */
export interface Source {
  /** Same length and lines as the file; comments, strings, templates and regular expressions blanked out. */
  readonly code: string
  /** The same, with the strings left in: what the program says, without what its comments say. */
  readonly said: string
  readonly literals: readonly Literal[]
}

export interface Import {
  /** Undefined where the specifier of `import()` is computed. */
  readonly specifier: string | undefined
  readonly line: number
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ')

/** A `/` begins a regular expression where a value cannot have ended just before it. */
function startsRegExp(before: string): boolean {
  const tail = before.trimEnd()
  if (tail === '') return true
  if (/(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|throw|await|yield)$/.test(tail))
    return true
  return /[([{,;=:?!&|^~+\-*%<>]$/.test(tail)
}

export function readSource(text: string): Source {
  let code = ''
  let said = ''
  const literals: Literal[] = []
  const braces: ('block' | 'template')[] = []
  const put = (shown: string, spoken: string) => {
    code += shown
    said += spoken
  }
  const take = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const template = (from: number): number => {
    let i = from
    while (i < text.length && text[i] !== '`') {
      if (text.startsWith('${', i)) {
        braces.push('template')
        put(`${blank(text.slice(from, i))}\${`, text.slice(from, i + 2))
        return i + 2
      }
      i += text[i] === '\\' ? 2 : 1
    }
    literals.push({ text: text.slice(from, i), at: from - 1 })
    put(`${blank(text.slice(from, i))}\``, `${text.slice(from, i)}\``)
    return i + 1
  }
  for (let i = 0; i < text.length; ) {
    const char = text[i] as string
    const comment = take(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y, i)
    const string = take(/'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?/y, i)
    const regExp = char === '/' && startsRegExp(code) ? take(REGEXP, i) : undefined
    if (comment !== undefined) {
      put(blank(comment), blank(comment))
      i += comment.length
    } else if (string !== undefined) {
      literals.push({ text: string.slice(1, -1), at: i })
      put(`${char}${blank(string.slice(1, -1))}${string.length > 1 ? char : ''}`, string)
      i += string.length
    } else if (regExp !== undefined) {
      // A slash at each end keeps what follows from looking like the start of another one.
      put(`)${blank(regExp.slice(1, -1))})`, regExp)
      i += regExp.length
    } else if (char === '`') {
      put('`', '`')
      i = template(i + 1)
    } else if (char === '}' && braces.pop() === 'template') {
      put('}', '}')
      i = template(i + 1)
    } else {
      if (char === '{') braces.push('block')
      put(char, char)
      i += 1
    }
  }
  return { code, said, literals }
}

const REGEXP = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[dgimsuvy]*/y

export const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** Every module a source names: static, re-exported, for its types alone, dynamic, or as a type query. */
export function importsOf(source: Source): readonly Import[] {
  const byPlace = new Map(source.literals.map((literal) => [literal.at, literal.text]))
  const found: Import[] = []
  const statement =
    /(?<![\w$.])(?:(?:import|export)\b[^;'"`()=]*?\bfrom\s*|import\s*(?=['"]))(?=['"])|(?<![\w$.])(?:import|require)\s*\(\s*/g
  for (const match of source.code.matchAll(statement)) {
    const at = match.index + match[0].length
    const specifier = byPlace.get(at)
    const computed = specifier === undefined && match[0].startsWith('import')
    if (specifier === undefined && !(computed && match[0].includes('('))) continue
    found.push({ specifier, line: lineAt(source.code, at) })
  }
  return found
}
