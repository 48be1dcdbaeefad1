/** Gives each heading of a README an id of its own. */
export class HeadingIds {
  readonly #taken = new Set<string>()
  readonly #times = new Map<string, number>()

  /** The id of the next heading with this text. */
  next(text: string): string {
    const name = headingId(text)
    let times = this.#times.get(name) ?? 0
    let id = times === 0 ? name : `${name}-${times}`
    // A heading that is called "a-1" has the id that a second "a" would get.
    while (this.#taken.has(id)) {
      times += 1
      id = `${name}-${times}`
    }
    this.#taken.add(id)
    this.#times.set(name, times + 1)
    return id
  }
}

/** The id of the first heading with this text, as links into a README name it. */
export function headingId(text: string): string {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s+/gu, '-')
    .slice(0, 80)
  return `readme-${slug === '' ? 'section' : slug}`
}
