import type { Place, Reading } from './reading.ts'

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Readers of one value each; a wrong one is complained of and read as absent. */
export const valuesOf = (reading: Reading) => {
  const typed = <T>(
    place: Place,
    is: (value: unknown) => value is T,
    wanted: string,
  ): T | undefined => {
    const value = reading.scalar(place)
    if (value === undefined) return undefined
    return is(value) ? value : reading.complain(place, `Expected ${wanted}.`)
  }
  const text = (place: Place) =>
    typed(place, (value): value is string => typeof value === 'string' && value !== '', 'text')
  return {
    text,
    required(place: Place): string | undefined {
      const value = text(place)
      if (value === undefined && reading.scalar(place) === undefined)
        reading.complain(place, 'Missing.')
      return value
    },
    flag: (place: Place) =>
      typed(place, (value): value is boolean => typeof value === 'boolean', 'true or false'),
    count: (place: Place) =>
      typed(
        place,
        (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
        'a whole number',
      ),
    /** Milliseconds of `90s`, `15m`, `24h`, `7d`; a bare number is seconds. */
    duration(place: Place): number | undefined {
      const value = reading.scalar(place)
      if (value === undefined) return undefined
      if (typeof value === 'number' && value > 0) return Math.round(value * 1000)
      const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(value)) ?? []
      const ms = Math.round(Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN))
      return ms > 0 ? ms : reading.complain(place, 'Expected a time such as 90s, 15m or 24h.')
    },
    oneOf<const T extends string>(place: Place, known: readonly T[]): T | undefined {
      return typed(
        place,
        (value): value is T => known.includes(value as T),
        `one of ${known.join(', ')}`,
      )
    },
    texts: (place: Place): readonly string[] | undefined =>
      place.node === null ? undefined : reading.items(place).flatMap((item) => text(item) ?? []),
  }
}

export type Values = ReturnType<typeof valuesOf>

/** Only the members that are there. */
export const present = <T extends object>(
  members: T,
): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
