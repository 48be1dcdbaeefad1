/** One line for each name. */
export function greet(names: readonly string[], greeting: string): readonly string[] {
  return names.map((name) => `${greeting}, ${name}!`)
}

/** The names in a text: one a line, without what stands around them. */
export function readNames(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
