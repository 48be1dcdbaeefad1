import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ErrorKind } from '@mb/kernel'
import { z } from 'zod'
import { readWorkspaces, root } from '../workspaces.ts'

/** A row of a catalogue, with its defaults filled in. */
export interface ErrorRow extends Required<ErrorKind> {
  readonly code: string
}

/** The errors that a package throws. */
export interface ErrorCatalogue {
  readonly packageName: string
  readonly rows: readonly ErrorRow[]
}

const catalogueSchema = z.record(
  z.string().regex(/^MB_[A-Z0-9_]+$/),
  z.object({
    category: z.enum(['loading', 'configuration', 'resource', 'operation']),
    outcome: z
      .enum(['failure', 'usage', 'refused', 'not-found', 'network', 'interrupted', 'bug'])
      .default('failure'),
    summary: z.string().regex(/^[A-Z].*\.$/s, 'a summary is a sentence'),
  }),
)

/** The catalogue of every package that exports one, by the name `…Errors`. */
export async function readCatalogues(): Promise<readonly ErrorCatalogue[]> {
  const catalogues: ErrorCatalogue[] = []
  for (const { name, directory, isPrivate } of await readWorkspaces()) {
    if (isPrivate) continue
    const entry = pathToFileURL(join(root, directory, 'src', 'index.ts')).href
    const module: unknown = await import(entry)
    const rows = Object.entries(z.record(z.string(), z.unknown()).parse(module))
      .filter(([exported]) => exported.endsWith('Errors'))
      .flatMap(([, value]) => Object.entries(catalogueSchema.parse(value)))
      .map(([code, kind]) => ({ code, ...kind }))
    if (rows.length > 0) catalogues.push({ packageName: name, rows })
  }
  return catalogues
}
