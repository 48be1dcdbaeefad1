import { redact, type LogData, type Logger } from '@mb/kernel'
import type { Output } from './output.ts'
import { text, type Text } from './style.ts'

/** How much is told, from everything to errors alone. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Tells a person on a terminal what the libraries log, from a level upwards. */
export function terminalLogger(output: Output, least: LogLevel): Logger {
  const { style } = output
  const log = (level: LogLevel, label: Text): Logger[LogLevel] => {
    if (order.indexOf(level) < order.indexOf(least)) return () => {}
    return (message: string, data?: LogData): void => {
      const facts = data === undefined ? '' : ` ${redact(JSON.stringify(data))}`
      output.line(text`${label} ${redact(message)}${style.faint(facts)}`)
    }
  }
  return {
    debug: log('debug', style.faint('debug')),
    info: log('info', style.name('info')),
    warn: log('warn', style.warning('warning')),
    error: log('error', style.bad('error')),
  }
}
