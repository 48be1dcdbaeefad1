import { fileURLToPath } from 'node:url'

/** Finds the library for plugins in Python: in the package's own folder, built or not. */
export function findPythonLibrary(): string {
  const place = 'languages/python/milkbottle.py'
  const up = import.meta.url.endsWith('.ts') ? '../..' : '..'
  return fileURLToPath(new URL(`${up}/${place}`, import.meta.url))
}
