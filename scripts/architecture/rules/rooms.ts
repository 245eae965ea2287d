import { besideRooms, rooms } from '../house.ts'
import { resolveRelative, type Tree, type Violation } from '../tree.ts'

const src = 'packages/core/src/'

/** The longest room name that the file's path begins with; `task-base.ts` is of `task`, `tool-call.ts` is not of `tool`. */
function roomOf(path: string): string | undefined {
  const inside = path.slice(src.length)
  if (inside.startsWith(`${besideRooms.name}/`)) return besideRooms.name
  const listed = rooms.find((room) => room.also?.includes(inside))
  if (listed) return listed.name
  return rooms
    .map((room) => room.name)
    .filter((name) => inside.startsWith(name) && /^(?:\.ts$|-|\/)/.test(inside.slice(name.length)))
    .sort((a, b) => b.length - a.length)[0]
}

/** Core reads top to bottom: a file imports its own room and the rooms before it. */
export function roomOrder(tree: Tree): Violation[] {
  const found: Violation[] = []
  const order = rooms.map((room) => room.name)
  for (const file of tree.paths(/^packages\/core\/src\/.*\.ts$/)) {
    const room = roomOf(file)
    if (room === undefined) {
      found.push({
        file,
        line: 1,
        rule: 'rooms',
        say: 'belongs to no room: name it after one, or list it in rooms of scripts/architecture/house.ts',
      })
      continue
    }
    for (const { specifier, line } of tree.imports(file)) {
      const path = specifier && resolveRelative(file, specifier)
      if (!path?.startsWith(src)) {
        if (room === besideRooms.name && specifier && !specifier.startsWith('@lumojit/protocol'))
          found.push({ file, line, rule: 'rooms', say: beside(specifier) })
        continue
      }
      const target = roomOf(path)
      if (target === undefined || target === room) continue
      if (room === besideRooms.name) {
        if (!besideRooms.mayImport.includes(target))
          found.push({ file, line, rule: 'rooms', say: beside(target) })
      } else if (target === besideRooms.name) {
        if (room !== 'index')
          found.push({ file, line, rule: 'rooms', say: `${room} knows ${target}: only index may` })
      } else if (order.indexOf(target) > order.indexOf(room)) {
        found.push({
          file,
          line,
          rule: 'rooms',
          say: `${room} comes before ${target}: move what both need into the earlier room`,
        })
      }
    }
  }
  return found
}

const beside = (what: string) =>
  `${besideRooms.name} may import ${besideRooms.mayImport.join(', ')} and @lumojit/protocol only, not ${what}`
