import { describe, expect, it } from 'vitest'
import { ends } from '../peers/published.ts'

const at = (day: number) => new Date(Date.UTC(2026, 0, day))
const times = (...versions: readonly string[]) =>
  Object.fromEntries(versions.map((version, day) => [version, at(day + 1).toISOString()]))

describe('both ends of a peer range', () => {
  it('are the lowest and the newest by number, not by letter', () => {
    const published = ['4.9.0', '4.10.0', '4.2.11', '4.2.9']
    expect(ends(published, times(...published), at(9), 'x@^4')).toEqual({
      lowest: '4.2.9',
      newest: '4.10.0',
    })
  })

  it('are no previews, and nothing too young to be installed', () => {
    const published = ['1.0.0-rc.1', '1.0.0', '1.1.0', '1.2.0']
    expect(ends(published, times(...published), at(3), 'x@^1')).toEqual({
      lowest: '1.0.0',
      newest: '1.1.0',
    })
  })

  it('may be one and the same; none at all is an error that names the range', () => {
    expect(ends(['1.0.0'], times('1.0.0'), at(2), 'x@1')).toEqual({
      lowest: '1.0.0',
      newest: '1.0.0',
    })
    expect(() => ends(['2.0.0-beta'], {}, at(2), 'x@2')).toThrow('no version fits x@2')
  })
})
