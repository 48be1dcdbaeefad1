/**
 * `node tools/docstrings.ts`: names every export of our packages, and every public method of an exported class, that has
 * no doc comment; ends with 1 when there is one.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { findUndocumented } from './docstrings/find-undocumented.ts'
import { readWorkspaces, root } from './workspaces.ts'

const exportsSchema = z.record(
  z.string(),
  z.union([z.string(), z.object({ '@mb/source': z.string() })]),
)

let missing = 0
for (const entry of await readEntries()) {
  for (const { file, line, name } of await findUndocumented(entry)) {
    process.stdout.write(`${relative(root, file)}:${line} ${name} has no doc comment\n`)
    missing += 1
  }
}
process.exitCode = missing === 0 ? 0 : 1

/** The source of every entry that a package of ours can be imported by. */
async function readEntries(): Promise<readonly string[]> {
  const published = (await readWorkspaces()).filter(({ isPrivate }) => !isPrivate)
  const entries = await Promise.all(
    published.map(async ({ directory }) => {
      const text = await readFile(join(root, directory, 'package.json'), 'utf8')
      const { exports } = z.object({ exports: exportsSchema }).parse(JSON.parse(text))
      return Object.values(exports).flatMap((target) =>
        typeof target === 'string' ? [] : join(root, directory, target['@mb/source']),
      )
    }),
  )
  return entries.flat()
}
