/**
 * What is answered before anything is loaded: the version, help and completion, from data alone. Bundled as CommonJS,
 * because an `import` of a Node built-in reads all its members, and costs milliseconds.
 *
 * @module
 */
import { styleText } from 'node:util'
import { openCatalogue, type Catalogue } from '../catalogue.ts'
import { complete, completionText } from '../completion/complete.ts'
import { completionScript, isShell } from '../completion/scripts.ts'
import { commandHelp, groupHelp, rootGroup, type HelpStyle } from '../help/help.ts'
import { homeDirectory } from '../home.ts'
import { isColoured } from '../output/is-coloured.ts'
import { jsonText } from '../output/json-text.ts'
import { readVersion } from '../version.ts'
import { standardOutput, type StandardOutput } from './standard-output.ts'
import { hasSwitch, locate, type Located } from './locate.ts'

/** What the router needs of `process`. */
export interface Program {
  readonly argv: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** Answers what needs no command to run; gives its exit code, or undefined when a command has to be loaded. */
export function answer(
  program: Program,
  output: StandardOutput = standardOutput,
): number | undefined {
  const argv = program.argv.slice(2)
  const catalogue = openCatalogue(homeDirectory(program.env))
  if (argv[0] === '__complete') {
    const completion = complete(argv.slice(1), catalogue)
    // Reading settings takes a YAML parser.
    if (completion.isAboutRepositories === true) return undefined
    return output.write(completionText(completion)) ? 0 : 1
  }

  const located = locate(argv, catalogue)
  const text = textFor(located, catalogue, () => helpStyle(program, output))
  if (text === undefined) return undefined
  return output.write(hasSwitch(located, 'json') ? jsonText(text.value()) : text.shown()) ? 0 : 1
}

/** Options that leave a question a question. */
const aboutOutput: ReadonlySet<string> = new Set(['--json', '--no-color'])

interface Text {
  /** What `--json` prints. */
  readonly value: () => unknown
  readonly shown: () => string
}

function textFor(located: Located, catalogue: Catalogue, style: () => HelpStyle): Text | undefined {
  const { command, path, globals, rest } = located
  if (command === undefined) {
    // Bare `mb` is a question, and so is a bare group such as `mb plugin`.
    const isBare = globals.every((word) => path.length > 0 && aboutOutput.has(word))
    if (rest.length > 0) return undefined
    if (hasSwitch(located, 'help') || isBare) return helpText(located, catalogue, style)
    return hasSwitch(located, 'version') ? versionText() : undefined
  }
  if (hasSwitch(located, 'help')) return helpText(located, catalogue, style)
  const words = rest.filter((word) => word !== '--json')
  switch (command.path.join(' ')) {
    case 'help': {
      const topic = locate(words, catalogue)
      return topic.rest.length > 0 ? undefined : helpText(topic, catalogue, style)
    }
    case 'completion': {
      const [shell, ...more] = words
      if (shell === undefined || more.length > 0 || !isShell(shell)) return undefined
      const script = completionScript(shell)
      return { value: () => ({ shell, script }), shown: () => script }
    }
    default:
      return undefined
  }
}

function versionText(): Text {
  const version = readVersion()
  return { value: () => ({ version }), shown: () => `${version}\n` }
}

function helpText({ command, path }: Located, catalogue: Catalogue, style: () => HelpStyle): Text {
  if (command !== undefined)
    return { value: () => command, shown: () => commandHelp(command, style()) }
  const group = catalogue.findGroup(path) ?? rootGroup
  return {
    value: () => ({
      ...group,
      groups: catalogue.groupsBelow(path),
      commands: [
        ...catalogue.commandsBelow(path),
        ...(path.length === 0 ? catalogue.pluginCommands() : []),
      ],
    }),
    shown: () => groupHelp(group, catalogue, readVersion(), style()),
  }
}

function helpStyle({ argv, env }: Program, output: StandardOutput): HelpStyle {
  return !argv.includes('--no-color') && isColoured(() => output.isTerminal(), env)
    ? { heading: (text) => styleText('bold', text, { validateStream: false }) }
    : {}
}
