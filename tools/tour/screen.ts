import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where the tour tells its story: stdout for people, stderr when stdout has to stay for `--json`. */
export interface Screen {
  title(text: string): void
  /** A command as it would be typed. */
  command(line: string): void
  /** Output of a command, indented, at most so many lines. */
  output(text: string, maxLines: number): void
  done(step: string, what: string, ms: number): void
  failed(step: string, why: string): void
  note(text: string): void
}

/** A screen on a stream; colours only where it has them. */
export function openScreen(stream: NodeJS.WriteStream): Screen {
  const paint = (style: Style, text: string): string => styleText(style, text, { stream })
  const line = (text: string): void => void stream.write(`${text}\n`)
  return {
    title: (text) => line(`\n${paint('bold', text)}\n`),
    command: (text) => line(`  ${paint('dim', '$')} ${paint('cyan', text)}`),
    output: (text, maxLines) => {
      const lines = stripVTControlCharacters(text).trimEnd().split('\n')
      for (const each of lines.slice(0, maxLines)) line(`    ${each}`.trimEnd())
      const left = lines.length - maxLines
      if (left > 0) line(paint('dim', `    … ${left} more ${left === 1 ? 'line' : 'lines'}`))
    },
    done: (step, what, ms) =>
      line(
        `${paint('green', '✓')} ${paint('bold', step.padEnd(9))} ${what} ${paint('dim', time(ms))}\n`,
      ),
    failed: (step, why) => line(`${paint('red', '✗')} ${paint('bold', step.padEnd(9))} ${why}\n`),
    note: (text) => line(paint('dim', `  ${text}`)),
  }
}

function time(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
