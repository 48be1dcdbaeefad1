import type { Runtime } from '../manifest.ts'

const dotted = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/

const extensions: Readonly<Record<string, Runtime>> = {
  js: 'node',
  mjs: 'node',
  cjs: 'node',
  ts: 'node',
  mts: 'node',
  cts: 'node',
  py: 'python',
  pyz: 'python',
  wasm: 'wasm',
  wat: 'wasm',
}

/** The runtime that an entry shows: by its ending; a dotted name is a Python module, any other file a program. */
export function runtimeOf(entry: string): Runtime {
  const file = entry.slice(entry.lastIndexOf('/') + 1)
  const ending = file.includes('.') ? file.slice(file.lastIndexOf('.') + 1).toLowerCase() : ''
  const known = Object.hasOwn(extensions, ending) ? extensions[ending] : undefined
  if (known !== undefined) return known
  return isPythonModule(entry) ? 'python' : 'executable'
}

/** Whether an entry is the dotted name of a Python module rather than a file. */
function isPythonModule(entry: string): boolean {
  return dotted.test(entry)
}

/**
 * The files of a package that an entry can stand for, most likely first: one of them has to be there.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { entryFiles } from '@mb/manifest'
 *
 * assert.deepEqual(entryFiles({ entry: 'notes.main', runtime: 'python' }), [
 *   'notes/main.py',
 *   'notes/main/__init__.py',
 *   'notes/main/__main__.py',
 * ])
 * ```
 */
export function entryFiles({
  entry,
  runtime,
}: {
  readonly entry: string
  readonly runtime: Runtime
}): readonly string[] {
  if (runtime !== 'python' || entry.endsWith('.py') || entry.endsWith('.pyz')) return [entry]
  const path = entry.replaceAll('.', '/')
  return [`${path}.py`, `${path}/__init__.py`, `${path}/__main__.py`]
}
