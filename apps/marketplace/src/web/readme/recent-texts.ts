/** Texts that were made of other texts, the latest ones: making them is what costs. */
export class RecentTexts {
  readonly #made = new Map<string, string>()
  readonly #maxCharacters: number
  #characters = 0

  constructor(options: {
    /** Most characters that are kept, of both texts together. */
    readonly maxCharacters: number
  }) {
    this.#maxCharacters = options.maxCharacters
  }

  /** What was made of a text, made now if it has to be. */
  get(source: string, make: (source: string) => string): string {
    const made = this.#take(source) ?? make(source)
    this.#made.set(source, made)
    this.#characters += source.length + made.length
    // A map gives its oldest entry first; what was asked for again is the youngest.
    for (const oldest of this.#made.keys()) {
      if (this.#characters <= this.#maxCharacters) break
      this.#take(oldest)
    }
    return made
  }

  #take(source: string): string | undefined {
    const made = this.#made.get(source)
    if (made === undefined) return undefined
    this.#made.delete(source)
    this.#characters -= source.length + made.length
    return made
  }
}
