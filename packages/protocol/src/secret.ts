/**
 * A token. The value lives in a private field, so that JSON, string conversion, spreading and
 * inspection all give `[secret]`; only `reveal()` gives it out.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toJSON(): string {
    return '[secret]'
  }

  toString(): string {
    return '[secret]'
  }

  /** What Node's `util.inspect` prints (by its registered symbol, so that nothing of Node is imported). */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
