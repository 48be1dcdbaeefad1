import type { JailPart } from '../jail/jail-plan.ts'

/** What is put into a jail so that Node and Python tell of what is no system call. */
export interface Hooks {
  readonly parts: readonly JailPart[]
  readonly env: Readonly<Record<string, string>>
}

const folder = '/run/observed'

/** The variable whose name a path stands for that the hooks looked at. */
export function askedVariable(path: string): string | undefined {
  const [, name] = /^\/run\/observed\/variables\/([A-Za-z_][A-Za-z0-9_]{0,254})$/.exec(path) ?? []
  return name
}

/**
 * A module for Node and one for Python that wrap the environment. A name that is read they look for as a file, which there is not: so it
 * comes by the same way as all that is observed, and they need no channel of their own, which the program could find.
 *
 * @param env that the program gets; what it says of Node and Python already stays
 */
export function environmentHooks(env: Readonly<Record<string, string>>): Hooks {
  const node = join(env['NODE_OPTIONS'], `--import=${folder}/node.mjs`, ' ')
  const python = join(env['PYTHONPATH'], `${folder}/python`, ':')
  return {
    parts: [
      { kind: 'file', path: `${folder}/node.mjs`, text: nodeHook },
      { kind: 'file', path: `${folder}/python/sitecustomize.py`, text: pythonHook },
    ],
    env: { NODE_OPTIONS: node, PYTHONPATH: python },
  }
}

function join(had: string | undefined, added: string, separator: string): string {
  return had === undefined || had === '' ? added : `${added}${separator}${had}`
}

// What is read before it is loaded, and what native code reads, it does not see.
const nodeHook = `import { accessSync } from 'node:fs'
const told = new Set()
const tell = (name) => {
  if (typeof name !== 'string' || told.has(name) || !/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) return
  told.add(name)
  try {
    accessSync('${folder}/variables/' + name)
  } catch {}
}
process.env = new Proxy(process.env, {
  get: (env, name) => {
    tell(name)
    return Reflect.get(env, name)
  },
  has: (env, name) => {
    tell(name)
    return Reflect.has(env, name)
  },
  set: (env, name, value) => Reflect.set(env, name, value),
})
`

const pythonHook = `import os
class _Observed(type(os.environ)):
    def __getitem__(self, name):
        _tell(name)
        return super().__getitem__(name)
    def __contains__(self, name):
        _tell(name)
        return super().__contains__(name)
_told = set()
def _tell(name):
    if isinstance(name, str) and name not in _told and name.isidentifier() and len(name) < 256:
        _told.add(name)
        os.access('${folder}/variables/' + name, os.F_OK)
os.environ.__class__ = _Observed
`
