/**
 * `node tools/errors.ts`: writes docs/errors.md from the catalogues of the packages.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentErrorsPage } from './errors/current-page.ts'
import { importFromSource } from './errors/from-source.ts'
import { root } from './workspaces.ts'

importFromSource()
await writeFile(join(root, 'docs', 'errors.md'), await currentErrorsPage())
