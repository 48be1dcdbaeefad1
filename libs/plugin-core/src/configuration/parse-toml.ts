import { parse, TomlError } from 'smol-toml'
import { SyntaxProblem, type ParsedConfiguration, type Place } from './parsed-configuration.ts'
import { plainData } from './plain-data.ts'

/**
 * Parses TOML.
 *
 * @throws SyntaxProblem
 */
export function parseToml(text: string): ParsedConfiguration {
  const places = placesOf(text)
  return {
    value: plainData(toData(text)),
    locate(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const place = places.get(path.slice(0, length).join('.'))
        if (place !== undefined) return place
      }
      return undefined
    },
  }
}

function toData(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof TomlError) {
      const [message = ''] = error.message.split('\n')
      throw new SyntaxProblem(message.replace(/^Invalid TOML document: /, ''), {
        line: error.line,
        column: error.column,
      })
    }
    if (error instanceof RangeError) throw new SyntaxProblem('it nests deeper than settings do')
    throw error
  }
}

/** Where keys stand. The parser does not tell, and a line is enough: tables and keys at the start of one. */
function placesOf(text: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  let table: readonly string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[\s*([^[\]#]{1,200})\]/.exec(line)?.[1]
    const key = header ?? /^\s*([\w."'-]{1,200})\s*=/.exec(line)?.[1]
    if (key === undefined) continue
    const parts = key.split('.').map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    if (header !== undefined) table = parts
    const path = header === undefined ? [...table, ...parts] : parts
    const column = line.search(/[^\s[]/) + 1
    if (!places.has(path.join('.'))) places.set(path.join('.'), { line: index + 1, column })
  }
  return places
}
