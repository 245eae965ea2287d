/** Runs `work(0)` to `work(count - 1)`, so many at a time, and gives how long each took in milliseconds. */
export async function inFlight(
  count: number,
  width: number,
  work: (nth: number) => Promise<unknown>,
): Promise<number[]> {
  const took: number[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const nth = next++
      const began = performance.now()
      await work(nth)
      took.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return took
}

export const quantile = (values: readonly number[], at: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * at))] ?? 0
