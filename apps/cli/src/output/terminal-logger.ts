import { redact, type LogData, type Logger } from '@mb/kernel'
import type { Settings } from '../parse/settings.ts'
import type { Output } from './output.ts'
import { text, type Text } from './style.ts'

/** Tells a person what the libraries log: warnings and errors always, more with `--verbose` and `--debug`. */
export function terminalLogger(output: Output, settings: Settings): Logger {
  const { style } = output
  const log =
    (label: Text, isShown: boolean) =>
    (message: string, data?: LogData): void => {
      if (!isShown) return
      const facts = data === undefined ? '' : ` ${JSON.stringify(data)}`
      output.line(text`${label} ${redact(message)}${style.faint(redact(facts))}`)
    }
  return {
    debug: log(style.faint('debug'), settings.isDebug),
    info: log(style.name('info'), settings.isVerbose),
    warn: log(style.warning('warning'), true),
    error: log(style.bad('error'), true),
  }
}
