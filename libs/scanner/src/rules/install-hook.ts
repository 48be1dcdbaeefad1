import { basename } from 'node:path'
import type { RuleName } from './rules.ts'

/** Something in a package that a package manager would run. */
export interface InstallHook {
  readonly rule: Extract<RuleName, 'install-hook' | 'checkout-hook'>
  readonly what: string
  /** Where it stands in the text. */
  readonly at: number
}

const atInstallation = [
  'preinstall',
  'install',
  'postinstall',
  'preuninstall',
  'uninstall',
  'postuninstall',
]
// npm runs these where a package is worked on or taken from a repository, never for what was published.
const atCheckout = ['prepublish', 'preprepare', 'prepare', 'postprepare']

/** Files that are looked at for install hooks, beside the ones of code. */
export function mayHoldHook(path: string): boolean {
  const name = basename(path)
  return name === 'package.json' || name === 'binding.gyp' || name.endsWith('.pth')
}

/** What a file of a package would have run while it is installed. */
export function installHooks(path: string, text: string): readonly InstallHook[] {
  const name = basename(path)
  if (name === 'package.json') return scriptHooks(text)
  if (name === 'binding.gyp') return [hook('binding.gyp, which has native code built', 0)]
  return name.endsWith('.pth') ? startHooks(text) : []
}

/** Whether a file is one that Python's installers run. */
export function isSetupCode(path: string): boolean {
  return basename(path) === 'setup.py'
}

function hook(what: string, at: number): InstallHook {
  return { rule: 'install-hook', what, at }
}

function scriptHooks(text: string): readonly InstallHook[] {
  const scripts = scriptsOf(text)
  const place = (name: string): number => Math.max(text.indexOf(JSON.stringify(name)), 0)
  return [
    ...atInstallation
      .filter((name) => scripts.has(name))
      .map((name) => hook(`script "${name}"`, place(name))),
    ...atCheckout
      .filter((name) => scripts.has(name))
      .map((name): InstallHook => ({
        rule: 'checkout-hook',
        what: `script "${name}"`,
        at: place(name),
      })),
  ]
}

function scriptsOf(text: string): ReadonlySet<string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // What no package manager can read runs nothing.
    return new Set()
  }
  const scripts: unknown =
    typeof value === 'object' && value !== null && 'scripts' in value ? value.scripts : undefined
  if (typeof scripts !== 'object' || scripts === null) return new Set()
  return new Set(Object.keys(scripts).filter((name) => isCommand(Reflect.get(scripts, name))))
}

function isCommand(script: unknown): boolean {
  return typeof script === 'string' && script.trim() !== ''
}

// Python runs each line of such a file that begins with "import", at each start (docs.python.org, site).
function startHooks(text: string): readonly InstallHook[] {
  const match = /^import[ \t]/m.exec(text)
  return match === null ? [] : [hook('a .pth file, which Python runs at each start', match.index)]
}
