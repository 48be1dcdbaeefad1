import { parseArgs } from 'node:util'
import { isMbError, type MbError } from '@mb/kernel'
import { commands, type CommandOptions } from './commands.ts'
import { usage } from './usage.ts'
import { ServerError } from './server-error.ts'
import { readVersion } from './version.ts'

/**
 * Runs what `process.argv` names, and sets `process.exitCode`; throws nothing.
 *
 * @param program - the process: its arguments, streams and signals are used
 */
export async function main(program: NodeJS.Process): Promise<void> {
  const isJson = program.argv.includes('--json')
  const print = (text: string): void => void program.stdout.write(`${text}\n`)
  try {
    const { words, options, isHelp, isVersion } = readLine(program.argv.slice(2))
    if (isHelp) print(usage.trimEnd())
    else if (isVersion) print(readVersion())
    else await run(words, options, print)
  } catch (thrown) {
    const error = isMbError(thrown) ? thrown : undefined
    const exitCode = exitCodeOf(error)
    program.exitCode = exitCode
    if (isJson) print(JSON.stringify({ ok: false, error: errorValue(thrown, error, exitCode) }))
    else program.stderr.write(errorText(thrown, error))
  }
}

async function run(
  words: readonly string[],
  options: CommandOptions,
  print: (text: string) => void,
): Promise<void> {
  const [first = '', second = ''] = words
  const two = commands[`${first} ${second}`]
  const command = two ?? commands[words.length === 0 ? 'start' : first]
  if (command === undefined) {
    throw new ServerError('MB_SERVER_USAGE', `Cannot run "${words.join(' ').slice(0, 80)}"`, {
      hint: 'See what there is: mb-marketplace --help',
    })
  }
  await command(words.slice(two === undefined ? 1 : 2), options, print)
}

function readLine(line: readonly string[]): {
  words: string[]
  options: CommandOptions
  isHelp: boolean
  isVersion: boolean
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...line],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: 'marketplace' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '4873' },
        name: { type: 'string' },
        url: { type: 'string' },
        'access-log': { type: 'boolean', default: false },
        namespace: { type: 'string', multiple: true, default: [] },
        days: { type: 'string', default: '90' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    })
    const { data, host, name, namespace, json, help, version } = values
    return {
      words: positionals,
      isHelp: help,
      isVersion: version,
      options: {
        data,
        host,
        namespaces: namespace,
        isJson: json,
        port: readCount('--port', values.port, 65_535),
        days: readCount('--days', values.days, 365),
        isLogging: values['access-log'],
        ...(name === undefined ? {} : { name: readName(name) }),
        ...(values.url === undefined ? {} : { url: readUrl(values.url) }),
      },
    }
  } catch (cause) {
    if (isMbError(cause)) throw cause
    const why = cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : ''
    throw new ServerError('MB_SERVER_USAGE', `Cannot read the command line: ${why}`, {
      cause,
      hint: 'See what there is: mb-marketplace --help',
    })
  }
}

function readCount(option: string, text: string, most: number): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= most) return Number(text)
  throw new ServerError(
    'MB_SERVER_USAGE',
    `Cannot use ${option} ${JSON.stringify(text.slice(0, 40))}: it is a whole number up to ${most}`,
  )
}

function readName(text: string): string {
  if (text.trim() !== '' && text.length <= 200) return text
  throw new ServerError('MB_SERVER_USAGE', 'Cannot use --name: it is a text of 1 to 200 characters')
}

function readUrl(text: string): string {
  const { protocol, origin, href } = URL.parse(text) ?? {}
  if (/^https?:$/.test(protocol ?? '') && origin !== undefined && href === `${origin}/`)
    return origin
  throw new ServerError(
    'MB_SERVER_USAGE',
    `Cannot use --url ${JSON.stringify(text.slice(0, 80))}: it is an origin, as https://plugins.example`,
  )
}

// As `mb` has them.
function exitCodeOf(error: MbError | undefined): number {
  if (error === undefined) return 70
  return {
    usage: 2,
    refused: 3,
    'not-found': 4,
    network: 5,
    bug: 70,
    interrupted: 130,
    failure: 1,
  }[error.outcome]
}

function errorValue(thrown: unknown, error: MbError | undefined, exitCode: number): object {
  return {
    code: error?.code ?? 'MB_SERVER_BUG',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    ...(error?.hint === undefined ? {} : { hint: error.hint }),
    exitCode,
  }
}

function errorText(thrown: unknown, error: MbError | undefined): string {
  if (error === undefined)
    return `error ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  const hint = error.hint === undefined ? '' : `hint  ${error.hint}\n`
  return `error ${error.message}${cause} (${error.code})\n${hint}`
}
