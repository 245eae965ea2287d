import { besideRooms, type Room, rooms } from '../house.ts'
import { resolveRelative, type Tree, type Violation } from '../tree.ts'

const src = 'packages/core/src/'

function roomOf(path: string, plan: readonly Room[]): string | undefined {
  const inside = path.slice(src.length)
  const own = (name: string) => inside === `${name}.ts` || inside.startsWith(`${name}/`)
  if (own(besideRooms.name)) return besideRooms.name
  return plan.find((room) => own(room.name) || room.also?.includes(inside))?.name
}

/** Core reads top to bottom: a file imports its own room and the rooms before it. */
export function roomOrder(tree: Tree, plan: readonly Room[] = rooms): Violation[] {
  const found: Violation[] = []
  const order = plan.map((room) => room.name)
  for (const file of tree.paths(/^packages\/core\/src\/.*\.ts$/)) {
    const room = roomOf(file, plan)
    if (room === undefined) {
      found.push({
        file,
        line: 1,
        rule: 'rooms',
        say: 'belongs to no room: list it beside one in rooms of scripts/architecture/house.ts',
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
      const target = roomOf(path, plan)
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
