import { basename } from 'node:path'

/** Something in a package that a package manager would run. */
export interface InstallHook {
  readonly what: string
  /** Where it stands in the text. */
  readonly at: number
}

const hooks = ['preinstall', 'install', 'postinstall', 'preuninstall', 'uninstall', 'postuninstall']

/** Files that are looked at for install hooks. */
export function mayHoldHook(path: string): boolean {
  const name = basename(path)
  return (
    name === 'package.json' ||
    name === 'binding.gyp' ||
    name === 'setup.py' ||
    name.endsWith('.pth')
  )
}

/** What a file of a package would have run while it is installed. */
export function installHooks(path: string, text: string): readonly InstallHook[] {
  const name = basename(path)
  if (name === 'package.json') return scriptHooks(text)
  if (name === 'binding.gyp') return [{ what: 'binding.gyp, which has native code built', at: 0 }]
  if (name === 'setup.py') return setupHooks(text)
  return pathHooks(text)
}

function scriptHooks(text: string): readonly InstallHook[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // A package.json that no package manager can read runs nothing.
    return []
  }
  const scripts: unknown =
    typeof value === 'object' && value !== null && 'scripts' in value ? value.scripts : undefined
  if (typeof scripts !== 'object' || scripts === null) return []
  return hooks
    .filter((hook) => Object.hasOwn(scripts, hook))
    .map((hook) => ({ what: `script "${hook}"`, at: Math.max(text.indexOf(`"${hook}"`), 0) }))
}

// Setup code that only calls setup() is how a package is described; what else it does, it does at installation.
function setupHooks(text: string): readonly InstallHook[] {
  const match =
    /\b(?:cmdclass|subprocess|os\.(?:system|popen|exec\w*)|urllib|socket|requests|exec|eval|compile)\b/.exec(
      withoutComments(text),
    )
  return match === null ? [] : [{ what: `setup.py, which uses ${match[0]}`, at: match.index }]
}

function pathHooks(text: string): readonly InstallHook[] {
  const match = /^import[ \t]/m.exec(text)
  return match === null
    ? []
    : [{ what: 'a .pth file, which Python runs at each start', at: match.index }]
}

/** The same length, so that places stay where they are. */
function withoutComments(text: string): string {
  return text.replaceAll(/#[^\n]*/g, (comment) => ' '.repeat(comment.length))
}
