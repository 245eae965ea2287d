import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
/** The sources are in the package as well: the compiled files find them from where they are. */
const own = (name: string) => new URL(`../src/assets/${name}`, import.meta.url)

const JAVASCRIPT = 'text/javascript; charset=utf-8'
const CSS = 'text/css; charset=utf-8'

/** Everything a page loads; each from this package or from a package it depends on, none from elsewhere. */
const FILES = {
  'pico.min.css': [CSS, () => require.resolve('@picocss/pico/css/pico.min.css')],
  'console.css': [CSS, () => own('console.css')],
  'htmx.min.js': [JAVASCRIPT, () => require.resolve('htmx.org/dist/htmx.min.js')],
  'hx-sse.min.js': [JAVASCRIPT, () => require.resolve('htmx.org/dist/ext/hx-sse.min.js')],
  'console.js': [JAVASCRIPT, () => own('console.js')],
  'icon.svg': ['image/svg+xml', () => own('icon.svg')],
} as const

export interface Assets {
  /** Part of their path: changes when any of them does, so that they may be kept for ever. */
  readonly version: string
  serve(name: string): Response | undefined
}

export const loadAssets = (): Assets => {
  const hash = createHash('sha256')
  const files = new Map<
    string,
    { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }
  >()
  for (const [name, [type, find]] of Object.entries(FILES)) {
    const bytes = new Uint8Array(readFileSync(find()))
    hash.update(name).update(bytes)
    files.set(name, { type, bytes })
  }
  return {
    version: hash.digest('base64url').slice(0, 12),
    serve(name) {
      const file = files.get(name)
      return (
        file &&
        new Response(file.bytes, {
          headers: {
            'content-type': file.type,
            'cache-control': 'public, max-age=31536000, immutable',
            'x-content-type-options': 'nosniff',
            'cross-origin-resource-policy': 'same-origin',
          },
        })
      )
    },
  }
}
