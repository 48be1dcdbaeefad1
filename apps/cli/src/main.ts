import { openCatalogue } from './catalogue.ts'
import { exitCodeOf } from './cli-error.ts'
import type { LoadedCommand } from './command-module.ts'
import type { CommandData } from './commands/command-data.ts'
import type { Context } from './context.ts'
import { homeDirectory } from './home.ts'
import { listenForInterruption } from './interruption.ts'
import { isColoured } from './output/is-coloured.ts'
import { jsonText } from './output/json-text.ts'
import { Output, type Sink } from './output/output.ts'
import { silentProgress, spinner } from './output/progress.ts'
import { isTerminal, StandardStreams } from './output/standard-streams.ts'
import { parseCommand, parseGlobals } from './parse/parse-command.ts'
import type { Settings } from './parse/settings.ts'
import { readInput } from './read-input.ts'
import { errorValue, renderError, reportable } from './report-error.ts'
import { hasSwitch, locate } from './start/locate.ts'
import { unknownCommand } from './unknown-command.ts'
import { withHint } from './with-hint.ts'

/**
 * Runs the command that `process.argv` names and sets `process.exitCode`; throws nothing.
 *
 * Bundled as CommonJS like the router: as ES modules the same code takes 16 ms more of CPU.
 *
 * @param program - the process: its arguments, environment, streams and signals are used, and nothing else is
 * @param loadCommand - gives the code of a command, which lives in ES modules
 */
export async function main(
  program: NodeJS.Process,
  loadCommand: (command: CommandData) => Promise<LoadedCommand>,
): Promise<void> {
  using interruption = listenForInterruption(program)
  const { signal } = interruption
  const argv = program.argv.slice(2)
  const catalogue = openCatalogue(homeDirectory(program.env))
  const located = locate(argv, catalogue)
  // Until the line is understood, this is how its errors are told.
  let isJson =
    hasSwitch(located, 'json') || (located.command === undefined && located.rest.includes('--json'))
  let isDebug = hasSwitch(located, 'debug')
  const hasColour = !hasSwitch(located, 'no-color')
  let command: LoadedCommand | undefined
  let questions = 0
  const streams = new StandardStreams(program, (error) =>
    renderError(reportable(error, signal), aside, isDebug),
  )
  const outputOn = (name: 'stdout' | 'stderr'): Output =>
    new Output(
      lateSink(() => streams[name]),
      hasColour && isColoured(() => isTerminal(name), program.env),
    )
  const result = outputOn('stdout')
  const aside = outputOn('stderr')
  try {
    if (located.command === undefined) {
      await parseGlobals(located.globals)
      throw unknownCommand(located, catalogue)
    }
    const { invocation, settings } = await parseCommand(located.command, located)
    isJson = settings.isJson
    isDebug = settings.isDebug
    const context: Context = {
      home: homeDirectory(program.env),
      workspace: program.cwd(),
      env: program.env,
      settings,
      catalogue,
      signal,
      progress: hasSpinner(program, settings) ? spinner(streams.stderr) : silentProgress,
      aside,
      ask: async (question) => {
        const { ask } = await import('./output/ask.ts')
        questions += 1
        return ask(question, { stdin: program.stdin, stderr: streams.stderr, signal })
      },
      askSecret: async (question) => {
        const { askSecret } = await import('./output/ask-secret.ts')
        return askSecret(question, { stdin: program.stdin, stderr: streams.stderr, signal })
      },
      readInput: (maxBytes) => readInput(program.stdin, { maxBytes, signal }),
      // Asked when it is needed: to look at the standard input makes a stream of it.
      get isInteractive() {
        return !settings.isJson && program.stdin.isTTY && isTerminal('stderr')
      },
    }
    command = await loadCommand(located.command)
    const outcome = await Promise.race([command.execute(invocation, context), stalled(program)])
    if (isJson) streams.stdout.write(jsonText(outcome.value))
    else outcome.render(result)
    program.exitCode = outcome.exitCode
  } catch (thrown) {
    const error = withHint(reportable(thrown, signal), located.command)
    const exitCode = command?.failureCode(error) ?? exitCodeOf(error.outcome)
    if (isJson) streams.stdout.write(jsonText(errorValue(error, exitCode)))
    else renderError(error, aside, isDebug)
    program.exitCode = exitCode
  }
  if (questions > 0) {
    // Now: what was refused on the way leaves no home behind.
    const { tallyQuestions } = await import('./consent/question-tally.ts')
    tallyQuestions(homeDirectory(program.env), questions)
  }
  // Names that nobody waits for any more cannot be called off, and a silent name server would hold mb for a minute and more.
  if (program.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) program.exit()
}

function lateSink(open: () => NodeJS.WriteStream): Sink {
  return {
    write: (text) => open().write(text),
    get columns() {
      return open().columns
    },
  }
}

function hasSpinner(program: NodeJS.Process, settings: Settings): boolean {
  return !settings.isJson && program.env['TERM'] !== 'dumb' && isTerminal('stderr')
}

// When nothing is left that could wake it, Node ends a process quietly and with 0, as if the work had been done.
function stalled(program: NodeJS.Process): Promise<never> {
  return new Promise((_, reject) => {
    program.once('beforeExit', () => reject(new Error('it waits for something that never comes')))
  })
}
