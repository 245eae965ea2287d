import { drawer } from '../house.ts'
import type { Tree, Violation } from '../tree.ts'

/** A file is named after the idea it holds. */
export function drawers(tree: Tree): Violation[] {
  const places = /^(?:(?:packages|examples)\/[^/]+|tests|bench|scripts)\/.*\.m?[tj]s$/
  return tree.paths(places).flatMap((file) => {
    const inside = file.replace(/^(?:(?:packages|examples)\/[^/]+|tests|bench|scripts)\//, '')
    return drawer.test(inside)
      ? [
          {
            file,
            line: 1,
            rule: 'drawers',
            say: 'a drawer, not a name: put each thing beside the code that owns it',
          },
        ]
      : []
  })
}
