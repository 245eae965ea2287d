/** The call arrived, and what came of it did not. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
}
