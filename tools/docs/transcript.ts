/** A command of a transcript, and what it is said to print. */
export interface TranscriptEntry {
  readonly command: string
  readonly output: string
}

/** Splits a `console` block: lines that start with `$ ` are commands, `> ` continues one, all else is output. */
export function parseTranscript(code: string): readonly TranscriptEntry[] {
  const entries: { command: string; output: string[] }[] = []
  for (const line of code.split('\n')) {
    const last = entries.at(-1)
    if (line.startsWith('$ ')) entries.push({ command: line.slice(2), output: [] })
    else if (last !== undefined && line.startsWith('> ') && last.output.length === 0) {
      last.command += `\n${line.slice(2)}`
    } else if (last === undefined) {
      throw new Error(
        `Cannot read transcript: it starts with ${JSON.stringify(line)}, not with "$ "`,
      )
    } else last.output.push(line)
  }
  return entries.map(({ command, output }) => ({ command, output: output.join('\n') }))
}

/** The block that `parseTranscript` reads as these entries. */
export function formatTranscript(entries: readonly TranscriptEntry[]): string {
  return entries
    .map(({ command, output }) => {
      const shown = `$ ${command.replaceAll('\n', '\n> ')}`
      return output === '' ? shown : `${shown}\n${output}`
    })
    .join('\n')
}

// What differs from run to run and machine to machine without saying anything.
const masks: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<date>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/\b(pid|process|session|keyring|place of) \d+/gi, '$1 <id>'],
  // A jail holds what its machine has.
  [/\b\d+ (mounts|steps|variables)\b/g, '<count> $1'],
  [/\b127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/\b(\w+):\[\d+\]/g, '$1:<id>'],
  [/\b\d[\d,.]* ?(?:ms|µs|s|seconds?|minutes?)\b/g, '<time>'],
  [/\b\d[\d,.]* ?(?:[kKMG]i?B|bytes)\b/g, '<size>'],
  [/\/tmp\/[\w./-]+/g, '<path>'],
  [/\b(bubblewrap|node|npm|Linux) v?\d[\w.+-]*/gi, '$1 <version>'],
  // Columns are as wide as what stands in them.
  [/[ \t]+/g, ' '],
  [/ $/gm, ''],
]

/** The text with times, sizes, paths, ids and versions of the machine replaced by their kind. */
export function maskOutput(text: string): string {
  return masks.reduce((masked, [pattern, kind]) => masked.replaceAll(pattern, kind), text).trim()
}
